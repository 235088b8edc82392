import * as Ingest from "@tintype/core/ingest";
import { isOutage, type Ctx } from "@tintype/core/kernel";
import * as Staging from "@tintype/core/staging";
import * as Usage from "@tintype/core/usage";
import * as Timeline from "@tintype/core/timeline";
import { STEPS } from "./steps.ts";
import type { Kind } from "./perform.ts";

/** `roundMs` is the pause between two rounds over the whole library: ten minutes when absent. */
export type SweepOptions = { roundMs?: number };

/** One sweep, as `sweep` does it. What cannot be reached is left for the next time. */
export async function sweepLibrary(ctx: Ctx, options: SweepOptions = {}): Promise<void> {
  try {
    await sweep(ctx, options);
  } catch (error) {
    if (!isOutage(error)) throw error;
    ctx.log.warn("sweep put off", { error });
  }
}

/**
 * Sweeps the timelines, what waits to be moved into the library, and the library; see `Timeline.remind`, `Staging.look` and `Ingest.sweep`. Gives
 * whether no round over the library is under way.
 */
export async function sweep(ctx: Ctx, options: SweepOptions): Promise<boolean> {
  await Timeline.remind(ctx);
  const looked = await Staging.look(ctx);
  if (looked.hinted > 0) ctx.log.info("swept what is staged", looked);
  // What was read by older steps of ours is read again when there is money for it.
  const steps = (await Usage.pause(ctx)) ? [] : STEPS;
  const swept = await Ingest.sweep(ctx, { steps, ...options });
  if (swept.hinted > 0) ctx.log.info("swept", swept);
  return swept.isComplete || swept.listed === 0;
}

/** Jobs of the kind `sweep`: a new round over the library at once, as when somebody's account was made. */
export const sweepKind: Kind = {
  concurrency: 1,
  run: async (ctx) => {
    ctx.log.info("swept afresh", await Ingest.sweep(ctx, { steps: STEPS, afresh: true }));
  },
};
