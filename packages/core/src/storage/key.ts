import { bytesToHex } from "@noble/hashes/utils.js";

/**
 * The object-key layout of the bucket, in one place. Keys are made of `/._~-`, digits and letters of any script, so that a person reads them in
 * the folder; nothing in them is special to a URL, a shell, a file system or a text's direction.
 */

/** With `~`, a whole hash and an extension it stays below 240 bytes: every common file system takes 255 for a name. */
const NAME_LIMIT = { characters: 80, bytes: 160 };
const HANDLE_LIMIT = { characters: 32, bytes: 96 };

/** Every original lies under this prefix, in its owner's folder. */
export const LIBRARY = "library/";
/** The first key behind all those. */
export const LIBRARY_END = "library0";
/** Uploads arrive here where the store does not hold a signed PUT to its bytes. */
export const INCOMING = "incoming/";
/** Where any tool may drop files, each person's in a folder of their handle. */
export const INBOX = "inbox/";
/** Thumbnails and previews; they can be made again. */
export const DERIVED = "derived/";

/** When somebody has to look at the database again, where nothing runs all the time: so small a file that asking for it costs nothing. */
export const WAKE_KEY = "meta/wake.json";
/** There while somebody works who may be killed at it; of its own, so that nobody has to read the other to write it. */
export const WORK_KEY = "meta/work.json";

/** Under this prefix the store is tried out; nothing stays there. */
export const PROBE = "probe/";

/** How many digits of a file's hash its key may have: more than the fewest only when another file's name and first digits are the same. */
export const HASH_DIGITS = [8, 12, 16, 64] as const;
type Digits = (typeof HASH_DIGITS)[number];

/** What a library key is made of. `wallClock` is `YYYY-MM-…` of the photographer; `sha256` is lower-case hex. */
export type LibraryKeyInput = { handle: string; wallClock: string; name: string; sha256: string; extension: string };

/** `library/<user>/<yyyy>/<mm>/<safe-name>~<sha8>.<ext>`: readable, and the same for the same file, so that a retry hits the same key. */
export function libraryKey(input: LibraryKeyInput, digits: Digits = 8): string {
  const year = input.wallClock.slice(0, 4);
  const month = input.wallClock.slice(5, 7);
  const stem = safeName(input.name.replace(/\.[^.]{1,8}$/u, ""));
  return `${folderOf(input.handle)}${year}/${month}/${stem}~${input.sha256.slice(0, digits)}.${input.extension}`;
}

/** The prefix of everything in a user's folder. */
export function folderOf(handle: string): string {
  return `${LIBRARY}${handle}/`;
}

/** `ada` of `library/ada/2026/03/x.jpg`; undefined outside of `library/` and for folder markers. */
export function handleOf(key: string): string | undefined {
  return IN_FOLDER.exec(key)?.[1];
}

const IN_FOLDER = new RegExp(`^${LIBRARY}([^/]+)/.*[^/]$`, "su");

/** Where the bytes of an upload arrive before they are verified: in a folder of their owner, who is told by it where nothing else is left to tell. */
export function incomingKey(handle: string, uploadId: string): string {
  return `${INCOMING}${handle}/${uploadId}`;
}

/** Whose a staged object is, its path in their folder and the name at its end. */
export type StagedParts = { handle: string; path: string; name: string };

/** `ada`, `any/where/x.jpg` and `x.jpg` of `inbox/ada/any/where/x.jpg`; undefined outside of `inbox/` and `incoming/` and for folder markers. */
export function stagedParts(key: string): StagedParts | undefined {
  const [, handle, path, name] = STAGED.exec(key) ?? [];
  if (handle === undefined || path === undefined || name === undefined) return undefined;
  // Some file systems spell letters in two ways.
  return { handle: handle.normalize("NFC"), path, name };
}

const STAGED = new RegExp(`^(?:${INBOX}|${INCOMING})([^/]+)/((?:.*/)?([^/]+))$`, "su");

/** The next longer key of the same file, for when another one lies at this; undefined when it has its whole hash. `sha256` is lower-case hex. */
export function longerKey(key: string, sha256: string): string | undefined {
  const [, start = "", hash = "", end = ""] = /^(.*~)([0-9a-f]+)(\.[^.]*)$/su.exec(key) ?? [];
  const digits = HASH_DIGITS.find((count) => count > hash.length);
  return hash === "" || digits === undefined ? undefined : `${start}${sha256.slice(0, digits)}${end}`;
}

/** The file name in a key, without the `~01234567` with which `libraryKey` tells equal names apart. */
export function nameFromKey(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1).replace(HASH, "");
}

const HASH = new RegExp(`(?<=.)~(?:${HASH_DIGITS.map((digits) => `[0-9a-f]{${digits}}`).join("|")})(?=\\.[A-Za-z0-9]{1,8}$)`, "u");

/** What stands for the key of an asset whose place another one's original has taken; nothing ever lies there. */
export function lostKey(assetId: string): string {
  return `lost/${assetId}`;
}

/** Everything that Tintype derives from an asset lies under this prefix and can be made again. */
export function derivedPrefix(assetId: string): string {
  return `${DERIVED}${assetId}/`;
}

/**
 * A derived file of an asset whose original has this sha256. `version` is the code version of the step that made it. Other bytes and other
 * versions have other keys, so that browsers may cache each for ever.
 */
export function derivedKey(
  { id, sha256 }: { id: string; sha256: Uint8Array },
  variant: "thumb.webp" | "preview.jpg" | `stripped.${string}`,
  version: number,
): string {
  const [name, extension] = variant.split(".");
  return `${derivedPrefix(id)}${name}-${version}-${bytesToHex(sha256.subarray(0, 4))}.${extension}`;
}

/**
 * A file name in the key alphabet: letters of every script stay, in NFC; Latin ones lose their accents, since older tools spell those in two ways.
 * Everything else, invisible and direction marks too, becomes `-`, and runs of `-` fold. At most 80 characters and 160 bytes of UTF-8. Never
 * empty, never starts with a dot. The name as given is kept in the asset row.
 */
export function safeName(name: string): string {
  return inAlphabet(name, NAME_LIMIT) || "file";
}

/** A user's folder name from a display name or e-mail address: lower case, at most 32 characters. */
export function handleFrom(name: string): string {
  return inAlphabet((name.split("@")[0] ?? "").replaceAll(".", "-").toLowerCase(), HANDLE_LIMIT) || "user";
}

const OUTSIDE = /[^\p{L}\p{Mn}\p{Mc}\p{N}._-]|\p{Default_Ignorable_Code_Point}/gu;

function inAlphabet(name: string, limit: { characters: number; bytes: number }): string {
  const spelled = name
    .normalize("NFKD")
    .replaceAll(/(?<=\p{Script=Latin})\p{M}+/gu, "")
    .normalize("NFC")
    .replaceAll(OUTSIDE, "-")
    .replaceAll(/-{2,}/gu, "-")
    .replaceAll(/\.{2,}/gu, ".")
    .replace(/^[.\-\p{M}]+/u, "");
  return cut(spelled, limit).replace(/[.-]+$/u, "");
}

const ASCII = /^[ -~]*$/u;

/** As many whole characters from the start as stay within both limits. */
function cut(text: string, { characters, bytes }: { characters: number; bytes: number }): string {
  // Most names are, and a plan asks for a hundred.
  if (ASCII.test(text)) return text.slice(0, Math.min(characters, bytes));
  const encoder = new TextEncoder();
  let kept = "";
  let size = 0;
  for (const character of [...text].slice(0, characters)) {
    size += encoder.encode(character).length;
    if (size > bytes) break;
    kept += character;
  }
  return kept;
}
