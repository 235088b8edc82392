import { AppError, type Ctx } from "#kernel";
import {
  type Digests,
  END_BYTES,
  type Format,
  type Hasher,
  PHOTO_BYTES,
  type Piece,
  sniff,
  SNIFF_BYTES,
  sourceOf,
  START_BYTES,
} from "#media";
import type { ObjectHead } from "#storage";

/** What an object is; `bytes` is the whole of a photo up to 128 MiB, everything else is read by ranges, but for the pieces that are `known`. */
export type Content = { format: Format; bytes: Uint8Array | undefined; known: readonly Piece[] };

/** An object as streamed once from the store; its bytes are to be given back with `release`. */
export type Hashed = Content & Digests & { bytes: Uint8Array<ArrayBuffer> | undefined; size: number };

/** `body` is the stream of an object that was opened already; `md5` asks for that hash as well. */
type Reading = { body?: ReadableStream<Uint8Array>; md5?: boolean };

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

/** Gives a file's memory back once nobody looks at it any more. */
export function release({ bytes, known }: Hashed): void {
  for (const { buffer, length } of bytes ? [bytes] : known.map((piece) => piece.bytes)) {
    const isOurs = buffer instanceof ArrayBuffer && length <= LARGEST_MEMORY;
    if (isOurs && memories.length < KEPT_MEMORIES) memories.push(new Uint8Array(buffer));
  }
}

/**
 * Streams an object once: hashes it, sniffs it, and keeps a photo's bytes, or of a video start and end. Pinned to the head's etag: throws `stale`
 * when the object was overwritten meanwhile, `not_found` when it is gone, `storage_unavailable` when the stream ends early.
 */
export async function readHashed(
  ctx: Pick<Ctx, "store">,
  hasher: Hasher,
  head: ObjectHead,
  name: string,
  { body, md5 = false }: Reading = {},
): Promise<Hashed> {
  const hash = hasher.start({ md5 });
  let format: Format | undefined;
  let end: Uint8Array | undefined;
  // The start of the file until the format is known, then the whole photo, or more of the start.
  let kept = new Uint8Array(Math.min(head.size, SNIFF_BYTES));
  let at = 0;
  for await (const chunk of body ?? (await ctx.store.get(head.key, { etag: head.etag }))) {
    hash.update(chunk);
    if (at < kept.length) kept.set(chunk.subarray(0, kept.length - at), at);
    if (!format && at + chunk.length >= kept.length) {
      const start = kept;
      format = sniff(start, name);
      kept = takeMemory(keptOf(format, head.size));
      kept.set(start);
      if (kept.length > start.length) kept.set(chunk.subarray(start.length - at, kept.length - at), start.length);
      if (format.kind === "video" && head.size > kept.length) end = takeMemory(END_BYTES);
    }
    if (end) keepEnd(end, chunk, at - (head.size - end.length));
    at += chunk.length;
  }
  if (at !== head.size) throw new AppError("storage_unavailable", `The store sent ${at} of ${head.size} bytes of ${head.key}.`);
  format ??= sniff(kept, name);
  const isWhole = isKept(format, head.size);
  const known = isWhole ? [] : [{ at: 0, bytes: kept }, ...(end ? [{ at: head.size - end.length, bytes: end }] : [])];
  return { format, bytes: isWhole ? kept : undefined, known, size: at, ...hash.digest() };
}

/** Puts what of a chunk belongs there into `end`; the chunk begins at `from` of it, which is negative before. */
function keepEnd(end: Uint8Array, chunk: Uint8Array, from: number): void {
  const at = Math.max(0, from);
  const part = chunk.subarray(at - from, end.length - from);
  if (part.length > 0 && at < end.length) end.set(part, at);
}

/** The content of an object whose bytes were verified before: reads only what the steps want. */
export async function readAgain(ctx: Pick<Ctx, "store">, head: ObjectHead, name: string): Promise<Content> {
  const source = sourceOf(ctx, head);
  const start = head.size === 0 ? new Uint8Array() : await source.read(0, Math.min(head.size, SNIFF_BYTES));
  const format = sniff(start, name);
  if (!isKept(format, head.size)) return { format, bytes: undefined, known: [] };
  return { format, bytes: start.length === head.size ? start : await source.read(0, head.size), known: [] };
}

/** How much of the start is kept. */
function keptOf(format: Format, size: number): number {
  const isWhole = isKept(format, size) || (format.kind === "video" && size <= START_BYTES + END_BYTES);
  return isWhole ? size : Math.min(size, START_BYTES);
}

function isKept(format: Format, size: number): boolean {
  return format.kind === "photo" && size <= PHOTO_BYTES;
}
