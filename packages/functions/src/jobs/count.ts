import type { Ctx } from "@tintype/core/kernel";
import * as Usage from "@tintype/core/usage";

const EVERY_MS = 5 * 60_000;

/** Writes down every few minutes what a process that is always there has counted, and at its end; gives how to stop. */
export function startCounting(ctx: Ctx, meter: Usage.Meter): () => Promise<void> {
  const timer = setInterval(() => void Usage.flush(ctx, meter), EVERY_MS);
  return async () => {
    clearInterval(timer);
    await Usage.flush(ctx, meter);
  };
}
