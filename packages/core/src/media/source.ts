import { AppError, type Ctx } from "#kernel";
import type { ObjectHead } from "#storage";
import type { ByteSource } from "./ports.ts";

/** Photos up to this size are kept in memory while something is made of them. */
export const PHOTO_BYTES = 128 * 1024 * 1024;

/** So much of the start of what is not kept whole is kept: RAW formats have their tags there, and many videos. */
export const START_BYTES = 1024 * 1024;

/** So much of the end of a video is kept besides: those that were written in one go have their facts there. */
export const END_BYTES = 1024 * 1024;

/** Bytes of an object that are known: those from `at` on. */
export type Piece = { at: number; bytes: Uint8Array };

/**
 * Ranged reads of one version of an object; they throw `stale` when it was overwritten. What lies within a piece that is `known` is not asked for
 * again.
 */
export function sourceOf(
  ctx: Pick<Ctx, "store">,
  head: Pick<ObjectHead, "key" | "size" | "etag">,
  known: readonly Piece[] = [],
): ByteSource {
  return {
    size: head.size,
    async read(start, end) {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, head.size) - start));
      if (bytes.length === 0) return bytes;
      const piece = known.find(({ at, bytes: kept }) => at <= start && start + bytes.length <= at + kept.length);
      if (piece) {
        bytes.set(piece.bytes.subarray(start - piece.at, start - piece.at + bytes.length));
        return bytes;
      }
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
