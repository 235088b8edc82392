import { availableParallelism } from "node:os";
import type { Derived, ImageCodec, Refusal } from "@tintype/core/media";
import { childPool, type PoolOptions } from "./child-pool.ts";
import type { DeriveRequest } from "./image-child.ts";

const DEFAULTS: PoolOptions = {
  size: Math.max(1, Math.min(4, availableParallelism())),
  timeoutMs: 45_000,
  memoryBytes: 1280 * 1024 * 1024,
  idleMs: 30_000,
};

/** The ImageCodec port: sharp (libvips) and libheif in child processes of their own; `pids` are those alive, for who watches their memory. */
export type SharpCodec = ImageCodec & { pids(): number[]; close(): void };

/** Starts no process before the first picture. `close` ends the children at once. */
export function sharpCodec(options: Partial<PoolOptions> = {}): SharpCodec {
  const pool = childPool<DeriveRequest, Derived | Refusal>("image-child", import.meta.url, { ...DEFAULTS, ...options });
  return {
    async derive(bytes, format) {
      const answer = await pool.ask({ bytes, format });
      return "failure" in answer ? { refused: answer.failure } : answer.result;
    },
    pids: () => pool.pids(),
    close: () => pool.close(),
  };
}
