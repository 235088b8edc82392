import { type Ctx, within } from "@tintype/core/kernel";
import { ATTEMPTS, type Kind, LEASE_MS, perform } from "./perform.ts";

export type DrainOptions = {
  kinds: Readonly<Record<string, Kind>>;
  /** How long this process may still run, in ms. */
  msLeft: () => number;
  /** A job that is due within this time is waited for, in ms. */
  waitMs?: number;
};

/** What a timeline or a job that was put off may wait for. */
const WAIT_MS = 3_000;
/** With less than this left no job is begun: one that is cut off counts as an attempt. */
const ENOUGH_MS = 30_000;
/** A job that is due and yet was not given is not asked for more often than this. */
const LEAST_PAUSE_MS = 50;
/** Jobs under way when time is over are given back in this time. */
const RESERVE_MS = 5_000;

/**
 * Works through the queue until nothing is due any more, or time is short: for functions that are woken, and not there all the time. Gives
 * of which kinds it did how many jobs, and when the next is due, null when there is none.
 */
export async function drain(
  ctx: Ctx,
  { kinds, msLeft, waitMs = WAIT_MS }: DrainOptions,
): Promise<{ done: ReadonlyMap<string, number>; next: Date | null }> {
  const names = Object.keys(kinds);
  const running = new Map<Promise<void>, string>();
  let isStopped = false;
  const done = new Map<string, number>();

  /** Takes one job at a time, of the kinds that have a free place, until there is none. */
  const claim = async (): Promise<void> => {
    for (;;) {
      const free = names.filter((name) => [...running.values()].filter((kind) => kind === name).length < (kinds[name]?.concurrency ?? 0));
      const [job] = msLeft() > ENOUGH_MS ? await ctx.queue.claim(free, 1, LEASE_MS) : [];
      if (!job) return;
      done.set(job.kind, (done.get(job.kind) ?? 0) + 1);
      const work: Promise<void> = perform(ctx, job, { kinds, leaseMs: LEASE_MS, attempts: ATTEMPTS, isStopped: () => isStopped }).finally(
        () => running.delete(work),
      );
      running.set(work, job.kind);
    }
  };

  while (msLeft() > ENOUGH_MS) {
    await claim();
    if (running.size > 0) {
      await Promise.race(running.keys());
      continue;
    }
    const next = await ctx.queue.nextDue(names);
    const inMs = next ? next.getTime() - ctx.now().getTime() : Infinity;
    if (inMs > waitMs) return { done, next };
    await new Promise((resolve) => setTimeout(resolve, Math.max(LEAST_PAUSE_MS, inMs)));
  }
  await within(Math.max(0, msLeft() - RESERVE_MS), Promise.all(running.keys()));
  // What is still under way is left to its lease.
  isStopped = true;
  return { done, next: await ctx.queue.nextDue(names) };
}
