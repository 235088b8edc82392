import { namedClock } from "#date";
import { HASH_DIGITS, libraryKey } from "#storage";

/** A file that the client wants to upload. `modifiedAt` and `takenAt` are wall clocks `YYYY-MM-DDTHH:mm:ss`; `sha256` is lower-case hex. */
export type NewFile = {
  name: string;
  /** Bytes. */
  size: number;
  /** The media type as the browser guesses it; may be empty or nonsense. */
  type: string;
  sha256: string;
  modifiedAt: string;
  /** Minutes east of UTC at that time. */
  modifiedOffset?: number | undefined;
  /** From the local peek; only chooses the folder. Without it the date in the name does, then `modifiedAt`. */
  takenAt?: string | undefined;
};

export type Refusal = { code: "empty" | "too_large" | "name_empty" | "name_too_long"; detail: string };

/** The most files that one call plans: the Worker does it within its 10 ms of CPU. */
export const MAX_FILES = 50;
/** Why an upload failed at whose key somebody had put another file: that stays, and the next try gets another key. */
export const PLACE_TAKEN = "Another file lies in its place. Add it again.";
const MIB = 1024 ** 2;
const MAX_SIZE = 5 * 1024 ** 4;
const MAX_NAME = 1024;
const MULTIPART_FROM = 64 * MIB;
const MIN_PART = 16 * MIB;
/** Below S3's 10,000, so that a part size can be rounded up. */
const MAX_PARTS = 9_000;

/** Why this file cannot be taken, in words for its owner; undefined when it can. */
export function refusal(file: NewFile): Refusal | undefined {
  if (file.size === 0) return { code: "empty", detail: "This file is empty (0 bytes). Check it on the device that it comes from." };
  if (file.size > MAX_SIZE) return { code: "too_large", detail: "This file is larger than 5 TiB, the most that object storage takes." };
  if (file.name.trim() === "") return { code: "name_empty", detail: "This file has no name. Give it one and add it again." };
  if (file.name.length > MAX_NAME) {
    return {
      code: "name_too_long",
      detail: `This file's name is ${file.name.length} characters long. Shorten it to ${MAX_NAME} and add it again.`,
    };
  }
  return undefined;
}

export type PartPlan = { partSize: number; partCount: number };

/** How a file of `size` bytes is cut; undefined when it goes in one PUT. Every part but the last has `partSize` bytes. */
export function partPlan(size: number): PartPlan | undefined {
  if (size < MULTIPART_FROM) return undefined;
  const partSize = Math.max(MIN_PART, Math.ceil(size / MAX_PARTS / MIB) * MIB);
  return { partSize, partCount: Math.ceil(size / partSize) };
}

/** The bytes of part `number` (from 1). */
export function partLength(size: number, partSize: number, number: number): number {
  return Math.min(partSize, size - (number - 1) * partSize);
}

/** The media type to pin: what the client says when it is one, else `application/octet-stream`. Ingest finds the true one from the bytes. */
export function mediaType(type: string): string {
  const token = "[a-z0-9][a-z0-9!#$&^_.+-]{0,126}";
  const lower = type.toLowerCase();
  return new RegExp(`^${token}/${token}$`, "u").test(lower) ? lower : "application/octet-stream";
}

/** The file's extension, lower case, from its name or else its media type; `bin` when neither tells. */
export function extensionOf(name: string, type: string): string {
  const fromName = /[^.]\.([A-Za-z0-9]{1,8})$/u.exec(name)?.[1]?.toLowerCase();
  return fromName ?? EXTENSIONS[mediaType(type)] ?? "bin";
}

/** The name as it is kept: as given, except for what no Postgres text holds (NUL and lone surrogates). */
export function keptName(name: string): string {
  return name.replaceAll(/[\0\p{Cs}]/gu, "\u{FFFD}");
}

/**
 * The keys that a file may get, best first: longer hashes for when another file has the shorter one. The last is unique to the bytes, or with a
 * `mark` to that.
 */
export function candidateKeys(file: NewFile, handle: string, mark?: string): string[] {
  const wallClock = file.takenAt ?? namedClock(file) ?? file.modifiedAt;
  const extension = extensionOf(file.name, file.type);
  const name = mark === undefined ? file.name : `${mark}-${file.name}`;
  return HASH_DIGITS.map((digits) => libraryKey({ handle, wallClock, name, sha256: file.sha256, extension }, digits));
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "image/gif": "gif",
  "image/tiff": "tif",
  "image/avif": "avif",
  "image/heic": "heic",
  "image/heif": "heif",
  "video/mp4": "mp4",
  "video/quicktime": "mov",
  "video/webm": "webm",
};
