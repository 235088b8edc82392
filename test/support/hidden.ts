import { type Canary, canariesOf, canaryOf } from "./canary.ts";
import type { Principal } from "./rules.ts";
import type { Things } from "./world.ts";

/** What of Mia's must not be told to this principal; `isShare`: under `/s/`, where everybody is who holds a link. */
export function hiddenFrom(
  principal: Principal,
  isShare: boolean,
  { loose, shared, locked, binned, held, album, uploadId, account }: Things,
): Canary[] {
  if (principal === "unlocked" && !isShare) return [];
  if ((principal === "owner" || principal.startsWith("key library") || principal === "key sharing") && !isShare) return canariesOf(locked);
  const alone = [
    ...[loose, locked, binned, held].flatMap(canariesOf),
    canaryOf("an upload", uploadId),
    canaryOf("her e-mail", "mia@example.org"),
  ];
  if (["viewer", "contributor", "editor"].includes(principal) && !isShare) return alone;
  // A key of hers tells what its scope is about: her uploads, or her album.
  const isHers = principal.startsWith("key ") && principal !== "key admin" && !isShare;
  if (isHers) return [loose, locked, binned, held].flatMap(canariesOf);
  const [id, ...rest] = canariesOf(shared);
  // Who holds an open link sees the photo, and neither name nor key nor hash of it.
  if (isShare && (principal === "link" || principal === "right")) return [...alone, ...rest, canaryOf("her id", account.id)];
  const inside = [id!, ...rest, canaryOf("the album's id", album.id), canaryOf("the album's title", album.title)];
  return [...alone, ...inside, canaryOf("her id", account.id)];
}
