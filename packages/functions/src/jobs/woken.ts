import { isOutage, type Ctx, type NewJob } from "@tintype/core/kernel";
import * as Trash from "@tintype/core/trash";
import * as Upload from "@tintype/core/upload";
import { drain } from "./drain.ts";
import { note } from "./due.ts";
import type { Kind } from "./perform.ts";
import { purge } from "./purge.ts";
import { askForAdoption } from "./reference.ts";
import { askForStripped } from "./strip.ts";
import { sweepLibrary } from "./sweep.ts";

const HOUR_MS = 3_600_000;
/** After something has happened, what nobody told of is looked for once more. */
const TIDY_AFTER_MS = 24 * HOUR_MS;

/** Shorter than that, so that each one looks through the whole library. */
const ROUND_MS = 12 * HOUR_MS;

/** Everything that a process which is always there does in regular rounds. */
export const tidyJob: NewJob = { kind: "tidy", payload: {}, dedupe: "tidy" };

/** What is done for its own sake, and asks for no other look. */
const TIDYING = new Set([tidyJob.kind, Trash.purgeJob.kind]);

const tidyKind: Kind = {
  concurrency: 1,
  run: async (ctx) => {
    await purge(ctx);
    await askForAdoption(ctx);
    await askForStripped(ctx);
    // A round over a large library takes many sweeps.
    if (!(await sweepLibrary(ctx, { roundMs: ROUND_MS }))) await ctx.queue.enqueue([tidyJob]);
  },
};

/** While something is away it is looked for again this often; the queue itself would wait for an hour and a half. */
const AGAIN_MS = 60_000;

export type WokenOptions = {
  kinds: Readonly<Record<string, Kind>>;
  msLeft: () => number;
  /** For what is due within this time a message is on its way that is held back until then. */
  heldMs?: number;
};

/** Wakes somebody in `delayMs`: for what is due then, or for everything that is to be done now and then. */
type NextWake = { isToTidy: boolean; delayMs: number };

/** Does what it has been woken for, and gives when and for what somebody has to be woken next; undefined when nothing is due. */
export async function answerWake(ctx: Ctx, { isToTidy, ...options }: WokenOptions & { isToTidy: boolean }): Promise<NextWake | undefined> {
  try {
    if (isToTidy) await ctx.queue.enqueue([tidyJob]);
    const next = await woken(ctx, options);
    return next ? { isToTidy: false, delayMs: Math.max(0, next.getTime() - ctx.now().getTime()) } : undefined;
  } catch (error) {
    if (!isOutage(error)) throw error;
    ctx.log.warn("woken in vain", { error });
    return { isToTidy, delayMs: AGAIN_MS };
  }
}

/**
 * What a function does that has been woken: works through the queue, and writes into the store when it has to be woken again. Gives when the
 * next job is due, null when there is none.
 */
export async function woken(ctx: Ctx, { kinds, msLeft, heldMs = -Infinity }: WokenOptions): Promise<Date | null> {
  const all = { ...kinds, tidy: tidyKind };
  const before = await drain(ctx, { kinds: all, msLeft });
  if (before.done.size > 0) {
    await askForAdoption(ctx);
    await askForStripped(ctx);
  }
  const { done, next } = await drain(ctx, { kinds: all, msLeft });
  const isHeld = next !== null && next.getTime() - ctx.now().getTime() <= heldMs;
  const hasWorked = [...before.done.keys(), ...done.keys()].some((kind) => !TIDYING.has(kind));
  await note(ctx.store, await nextLook(ctx, { next: isHeld ? null : next, hasWorked }), hasWorked ? undefined : ctx.now());
  return next;
}

/** When somebody has to look again: at the next job, at what ends by itself, and a day after something has happened. */
async function nextLook(ctx: Ctx, { next, hasWorked }: { next: Date | null; hasWorked: boolean }): Promise<Date | null> {
  const soon = hasWorked ? new Date(ctx.now().getTime() + TIDY_AFTER_MS) : null;
  const times = [next, soon, await Trash.nextExpiry(ctx), await Upload.nextExpiry(ctx)].filter((time) => time !== null);
  return times.length === 0 ? null : new Date(Math.min(...times.map((time) => time.getTime())));
}
