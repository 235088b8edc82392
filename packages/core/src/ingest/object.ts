import { AppError, type Ctx } from "#kernel";
import { PHOTO_BYTES, sniff, SNIFF_BYTES, sourceOf, START_BYTES, type Format, type Hasher } from "#media";
import type { ObjectHead } from "#storage";

/** What an object is; `bytes` is the whole of a photo up to 128 MiB, everything else is read by ranges, but for what is known of its `start`. */
export type Content = { format: Format; bytes: Uint8Array | undefined; start?: Uint8Array | undefined };

/** An object as streamed once from the store; its bytes are to be given back with `release`. */
export type Hashed = Content & {
  bytes: Uint8Array<ArrayBuffer> | undefined;
  start: Uint8Array<ArrayBuffer> | undefined;
  size: number;
  sha256: Uint8Array;
  sha1: Uint8Array;
};

const KEPT_MEMORIES = 4;
const LARGEST_MEMORY = 16 * 1024 * 1024;
const memories: Uint8Array<ArrayBuffer>[] = [];

/** Memory for a photo, used before if there is one that fits: megabytes of fresh memory for each photo are what brings garbage collections. */
function takeMemory(size: number): Uint8Array<ArrayBuffer> {
  if (size > LARGEST_MEMORY) return new Uint8Array(size);
  const at = memories.findIndex((memory) => memory.length >= size);
  const memory = at < 0 ? undefined : memories.splice(at, 1)[0];
  return (memory ?? new Uint8Array(2 ** Math.ceil(Math.log2(Math.max(size, SNIFF_BYTES))))).subarray(0, size);
}

/** Gives a photo's memory back once nobody looks at it any more. */
export function release({ bytes, start }: Hashed): void {
  const used = bytes ?? start;
  if (!used || used.length > LARGEST_MEMORY || memories.length === KEPT_MEMORIES) return;
  memories.push(new Uint8Array(used.buffer));
}

/**
 * Streams an object once: hashes it, sniffs it, and keeps a photo's bytes. Pinned to the head's etag: throws `stale` when the object was
 * overwritten meanwhile, `not_found` when it is gone, `storage_unavailable` when the stream ends early.
 */
export async function readHashed(ctx: Pick<Ctx, "store">, hasher: Hasher, head: ObjectHead, name: string): Promise<Hashed> {
  const hash = hasher.start();
  let format: Format | undefined;
  // The start of the file until the format is known, then the whole photo, or more of the start.
  let kept = new Uint8Array(Math.min(head.size, SNIFF_BYTES));
  let at = 0;
  for await (const chunk of await ctx.store.get(head.key, { etag: head.etag })) {
    hash.update(chunk);
    if (at < kept.length) kept.set(chunk.subarray(0, kept.length - at), at);
    if (!format && at + chunk.length >= kept.length) {
      const start = kept;
      format = sniff(start, name);
      kept = takeMemory(isKept(format, head.size) ? head.size : Math.min(head.size, START_BYTES));
      kept.set(start);
      if (kept.length > start.length) kept.set(chunk.subarray(start.length - at, kept.length - at), start.length);
    }
    at += chunk.length;
  }
  if (at !== head.size) throw new AppError("storage_unavailable", `The store sent ${at} of ${head.size} bytes of ${head.key}.`);
  format ??= sniff(kept, name);
  const isWhole = isKept(format, head.size);
  return { format, bytes: isWhole ? kept : undefined, start: isWhole ? undefined : kept, size: at, ...hash.digest() };
}

/** The content of an object whose bytes were verified before: reads only what the steps want. */
export async function readAgain(ctx: Pick<Ctx, "store">, head: ObjectHead, name: string): Promise<Content> {
  const source = sourceOf(ctx, head);
  const start = head.size === 0 ? new Uint8Array() : await source.read(0, Math.min(head.size, SNIFF_BYTES));
  const format = sniff(start, name);
  if (!isKept(format, head.size)) return { format, bytes: undefined };
  return { format, bytes: start.length === head.size ? start : await source.read(0, head.size) };
}

function isKept(format: Format, size: number): boolean {
  return format.kind === "photo" && size <= PHOTO_BYTES;
}
