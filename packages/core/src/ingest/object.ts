import { AppError, type Ctx } from "#kernel";
import { sniff, SNIFF_BYTES, type ByteSource, type Format, type Hasher } from "#media";
import type { ObjectHead } from "#storage";

/** Photos up to this size are kept in memory while they are hashed, so that they are read once. */
const PHOTO_BYTES = 128 * 1024 * 1024;

/** What an object is; `bytes` is the whole of a photo up to 128 MiB, everything else is read by ranges. */
export type Content = { format: Format; bytes: Uint8Array | undefined };

/** An object as streamed once from the store. */
export type Hashed = Content & { size: number; sha256: Uint8Array; sha1: Uint8Array };

/** HEAD; undefined when the key is not there. */
export async function headOf(ctx: Pick<Ctx, "store">, key: string): Promise<ObjectHead | undefined> {
  try {
    return await ctx.store.head(key);
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return undefined;
    throw error;
  }
}

/**
 * Streams an object once: hashes it, sniffs it, and keeps a photo's bytes. Pinned to the head's etag: throws `stale` when the object was
 * overwritten meanwhile, `not_found` when it is gone, `storage_unavailable` when the stream ends early.
 */
export async function readHashed(ctx: Pick<Ctx, "store">, hasher: Hasher, head: ObjectHead, name: string): Promise<Hashed> {
  const hash = hasher.start();
  let format: Format | undefined;
  // The start of the file until the format is known, then the whole photo or nothing.
  let kept = new Uint8Array(Math.min(head.size, SNIFF_BYTES));
  let at = 0;
  for await (const chunk of await ctx.store.get(head.key, { etag: head.etag })) {
    hash.update(chunk);
    if (at < kept.length) kept.set(chunk.subarray(0, kept.length - at), at);
    if (!format && at + chunk.length >= kept.length) {
      const start = kept;
      format = sniff(start, name);
      kept = new Uint8Array(isKept(format, head.size) ? head.size : 0);
      if (kept.length > 0) kept.set(start);
      if (kept.length > start.length) kept.set(chunk.subarray(start.length - at, kept.length - at), start.length);
    }
    at += chunk.length;
  }
  if (at !== head.size) throw new AppError("storage_unavailable", `The store sent ${at} of ${head.size} bytes of ${head.key}.`);
  format ??= sniff(kept, name);
  return { format, bytes: isKept(format, head.size) ? kept : undefined, size: at, ...hash.digest() };
}

/** The content of an object whose bytes were verified before: reads only what the steps want. */
export async function readAgain(ctx: Pick<Ctx, "store">, head: ObjectHead, name: string): Promise<Content> {
  const source = sourceOf(ctx, head);
  const start = head.size === 0 ? new Uint8Array() : await source.read(0, Math.min(head.size, SNIFF_BYTES));
  const format = sniff(start, name);
  if (!isKept(format, head.size)) return { format, bytes: undefined };
  return { format, bytes: start.length === head.size ? start : await source.read(0, head.size) };
}

/** Ranged reads of one version of an object; they throw `stale` when it was overwritten. */
export function sourceOf(ctx: Pick<Ctx, "store">, head: Pick<ObjectHead, "key" | "size" | "etag">): ByteSource {
  return {
    size: head.size,
    async read(start, end) {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, head.size) - start));
      if (bytes.length === 0) return bytes;
      let at = 0;
      for await (const chunk of await ctx.store.get(head.key, { start, end: start + bytes.length - 1, etag: head.etag })) {
        bytes.set(chunk.subarray(0, bytes.length - at), at);
        at += chunk.length;
      }
      if (at < bytes.length) throw new AppError("storage_unavailable", `The store sent ${at} of ${bytes.length} bytes of ${head.key}.`);
      return bytes;
    },
  };
}

function isKept(format: Format, size: number): boolean {
  return format.kind === "photo" && size <= PHOTO_BYTES;
}
