import { type Ctx, type Job, within } from "@tintype/core/kernel";
import { ATTEMPTS, type Kind, LEASE_MS, perform } from "./perform.ts";

export type WorkerOptions = {
  kinds: Readonly<Record<string, Kind>>;
  /** How often to look for jobs that others enqueued, in ms. */
  pollMs?: number;
  leaseMs?: number;
  /** Tries before a job is dead. */
  attempts?: number;
};

export type Worker = {
  /** Claims no more; resolves when what runs has ended, or has been given back after `graceMs`. */
  stop: (graceMs?: number) => Promise<void>;
};

const POLL_MS = 30_000;
/** Pause after the queue itself could not be reached. */
const OUTAGE_MS = 2000;
/** A job that is due and yet was not given (another worker is taking it, or the clocks differ) is not asked for more often than this. */
const LEAST_PAUSE_MS = 50;

/**
 * Works through the queue: wakes when this process enqueues, when the next job is due, and now and then. Each kind has its own places,
 * so that slow jobs of one kind never hold up another; a failing job waits with backoff and jitter and blocks no one. While a kind has more
 * jobs than places, one query a job finds the next.
 */
export function startWorker(ctx: Ctx, options: WorkerOptions): Worker {
  const { kinds, pollMs = POLL_MS, leaseMs = LEASE_MS, attempts = ATTEMPTS } = options;
  const names = Object.keys(kinds);
  const running = new Map<Job, Promise<void>>();
  /** When to look for jobs of a kind again, on the clock of `performance.now`: until then none is due, or no place is free. */
  const lookAt = new Map<string, number>();
  let pollAt = 0;
  let stopped = false;

  const wakeAt = (kind: string, at: number): void => {
    if (kind in kinds) lookAt.set(kind, Math.min(lookAt.get(kind) ?? Infinity, at));
  };
  const until = (date: Date | undefined): number => (date ? Math.max(0, date.getTime() - ctx.now().getTime()) : 0);
  const free = (kind: string): number => (kinds[kind]?.concurrency ?? 0) - [...running.keys()].filter((job) => job.kind === kind).length;

  /** Fills the free places of a kind, and notes when there may be more for it. */
  const claim = async (kind: string): Promise<void> => {
    lookAt.set(kind, Infinity);
    const places = stopped ? 0 : free(kind);
    const jobs = places > 0 ? await ctx.queue.claim([kind], places, leaseMs) : [];
    // Claimed while `stop` was called: nobody would wait for them.
    if (stopped) await Promise.all(jobs.map(giveUp));
    else for (const job of jobs) running.set(job, work(job));
    if (jobs.length < places) {
      const due = await ctx.queue.nextDue([kind]);
      if (due) wakeAt(kind, performance.now() + Math.max(LEAST_PAUSE_MS, until(due)));
    }
  };

  /** Looks for jobs of the kinds for which it is time, now and then of all; gives the time until the next look, in ms. */
  const claimAll = async (): Promise<number> => {
    const now = performance.now();
    const isPoll = now >= pollAt;
    for (const kind of names) {
      if (isPoll || (lookAt.get(kind) ?? Infinity) <= now) await claim(kind);
    }
    if (isPoll) pollAt = now + pollMs;
    return Math.max(0, Math.min(pollAt, ...lookAt.values()) - performance.now());
  };

  const looks = repeat(() =>
    claimAll().catch((error: unknown) => {
      ctx.log.error("queue not reachable", { error });
      pollAt = 0;
      return OUTAGE_MS;
    }),
  );

  const work = async (job: Job): Promise<void> => {
    try {
      await perform(ctx, job, { kinds, leaseMs, attempts, isStopped: () => stopped });
    } finally {
      running.delete(job);
      wakeAt(job.kind, 0);
      looks.now();
    }
  };

  const giveUp = async (job: Job): Promise<void> => {
    running.delete(job);
    await ctx.queue.release(job).catch((error: unknown) => ctx.log.warn("job not released; its lease will expire", { error }));
  };

  const unsubscribe = ctx.queue.onEnqueue((jobs) => {
    for (const { kind, runAt } of jobs) wakeAt(kind, performance.now() + until(runAt));
    looks.now();
  });
  looks.now();

  return {
    stop: async (graceMs = 10_000) => {
      stopped = true;
      unsubscribe();
      await looks.stop();
      await within(graceMs, Promise.all(running.values()));
      await Promise.all([...running.keys()].map(giveUp));
    },
  };
}

/** Calls `look` again after as many ms as it gives, and at once on `now`; never twice at a time. `stop` waits for the one under way. */
function repeat(look: () => Promise<number>): { now: () => void; stop: () => Promise<void> } {
  const state = { again: false, stopped: false };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let current: Promise<void> | undefined;

  const round = async (): Promise<void> => {
    let wait = 0;
    while (state.again && !state.stopped) {
      state.again = false;
      wait = await look();
    }
    current = undefined;
    if (!state.stopped) timer = setTimeout(now, wait);
  };
  const now = (): void => {
    clearTimeout(timer);
    state.again = true;
    if (!state.stopped) current ??= round();
  };
  return {
    now,
    stop: async () => {
      state.stopped = true;
      clearTimeout(timer);
      await current;
    },
  };
}
