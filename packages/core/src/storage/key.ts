import { bytesToHex } from "@noble/hashes/utils.js";

/** The object-key layout of the bucket, in one place. Keys use only `[A-Za-z0-9/._~-]`. */

const SAFE_NAME_LENGTH = 80;

/** What a library key is made of. `wallClock` is `YYYY-MM-…` of the photographer; `sha256` is lower-case hex. */
export type LibraryKeyInput = { handle: string; wallClock: string; name: string; sha256: string; extension: string };

/**
 * `library/<user>/<yyyy>/<mm>/<safe-name>~<sha8>.<ext>`: readable, and the same for the same file, so that a retry hits the same key.
 * `digits` of the hash: more than 8 only when another file's name and first digits are the same.
 */
export function libraryKey(input: LibraryKeyInput, digits = 8): string {
  const year = input.wallClock.slice(0, 4);
  const month = input.wallClock.slice(5, 7);
  const stem = safeName(input.name.replace(/\.[^.]{1,8}$/u, ""));
  return `library/${input.handle}/${year}/${month}/${stem}~${input.sha256.slice(0, digits)}.${input.extension}`;
}

/** Everything that Tintype derives from an asset lies under this prefix and can be made again. */
export function derivedPrefix(assetId: string): string {
  return `derived/${assetId}/`;
}

/**
 * A derived file of an asset whose original has this sha256. `version` is the code version of the step that made it. Other bytes and other
 * versions have other keys, so that browsers may cache each for ever.
 */
export function derivedKey(
  { id, sha256 }: { id: string; sha256: Uint8Array },
  variant: "thumb.webp" | "preview.jpg",
  version: number,
): string {
  const [name, extension] = variant.split(".");
  return `${derivedPrefix(id)}${name}-${version}-${bytesToHex(sha256.subarray(0, 4))}.${extension}`;
}

/**
 * A file name in the key alphabet: accents are dropped (NFKD), other scripts' letters become `-`, runs of `-` fold, at most 80 characters.
 * Never empty, never starts with a dot. The name as given is kept in the asset row.
 */
export function safeName(name: string): string {
  return inAlphabet(name, SAFE_NAME_LENGTH) || "file";
}

/** A user's folder name from a display name or e-mail address: lower case, at most 32 characters. */
export function handleFrom(name: string): string {
  return inAlphabet((name.split("@")[0] ?? "").replaceAll(".", "-"), 32).toLowerCase() || "user";
}

function inAlphabet(name: string, length: number): string {
  return name
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "")
    .replaceAll(/[^A-Za-z0-9._-]+/gu, "-")
    .replaceAll(/-{2,}/gu, "-")
    .replaceAll(/\.{2,}/gu, ".")
    .replaceAll(/^[.-]+|[.-]+$/gu, "")
    .slice(0, length)
    .replace(/[.-]+$/u, "");
}
