import type { Album, Role } from "../../lib/album-api.ts";
import { dateName, monthName } from "../../lib/dates.ts";
import { counted, formatCount } from "../../lib/format.ts";

/** What each role may do, as one chooses it for somebody. */
export const ROLES: readonly { role: Role; name: string; says: string }[] = [
  { role: "viewer", name: "Can view", says: "Sees everything in it" },
  { role: "contributor", name: "Can add", says: "Adds photos of their own too" },
  { role: "editor", name: "Can edit", says: "Also names, order, cover, and takes photos out" },
];

/** "148 · Anna + 2": how many photos, and with whom it is shared; of somebody else's album its owner comes first. "148 photos" of one's own. */
export function captionOf({ count, owner, role, members }: Album, me: string | undefined): string {
  const others = [...(role === null ? [] : [owner]), ...members].filter(({ id }) => id !== me);
  const [first, ...rest] = others;
  if (!first) return counted(count, "photo");
  return `${formatCount(count)} · ${first.name.split(" ")[0]}${rest.length > 0 ? ` + ${rest.length}` : ""}`;
}

/** "148 photos · June 2026 – August 2026": the time that it spans. */
export function spanOf({ count, from, to }: Pick<Album, "count" | "from" | "to">): string {
  const photos = counted(count, "photo");
  return from === null || to === null ? photos : `${photos} · ${timeOf(from, to)}`;
}

function timeOf(from: string, to: string): string {
  if (from.slice(0, 10) === to.slice(0, 10)) return dateName(dayOf(from));
  const [first, last] = [from, to].map((localAt) => monthName(monthOf(localAt)));
  return first === last ? first! : `${first} – ${last}`;
}

function dayOf(localAt: string): { year: number; month: number; day: number } {
  const [year = 0, month = 1, day = 1] = localAt.slice(0, 10).split("-").map(Number);
  return { year, month, day };
}

function monthOf(localAt: string): number {
  const { year, month } = dayOf(localAt);
  return year * 12 + month - 1;
}
