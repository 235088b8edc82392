import { AppError, type Ctx, type Job } from "@tintype/core/kernel";

/** Does one job. Throwing puts it back for later; throwing AppError `invalid` or `gone` buries it at once. */
export type Handler = (ctx: Ctx, payload: Readonly<Record<string, unknown>>) => Promise<void>;

export type Kind = {
  run: Handler;
  /** Jobs of this kind at once. */
  concurrency: number;
};

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
  stop(graceMs?: number): Promise<void>;
};

const POLL_MS = 30_000;
const LEASE_MS = 60_000;
const ATTEMPTS = 8;
const BACKOFF_MS = 1_000;
const BACKOFF_LIMIT_MS = 15 * 60_000;
/** Pause after the queue itself could not be reached. */
const OUTAGE_MS = 2_000;

/**
 * Works through the queue: wakes when this process enqueues, when the next job is due, and every `pollMs`. Each kind has its own
 * places, so that slow jobs of one kind never hold up another; a failing job waits with backoff and jitter and blocks no one.
 */
export function startWorker(ctx: Ctx, options: WorkerOptions): Worker {
  const { kinds, pollMs = POLL_MS, leaseMs = LEASE_MS, attempts = ATTEMPTS } = options;
  const running = new Map<Job, Promise<void>>();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let looking = false;
  let again = false;

  const free = (kind: string): number => (kinds[kind]?.concurrency ?? 0) - [...running.keys()].filter((job) => job.kind === kind).length;

  const look = async (): Promise<void> => {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    clearTimeout(timer);
    const wait = await claimAll().catch((error: unknown) => {
      ctx.log.error("queue not reachable", { error });
      return OUTAGE_MS;
    });
    looking = false;
    if (stopped) return;
    if (again) {
      again = false;
      return look();
    }
    timer = setTimeout(() => void look(), wait);
  };

  /** Fills every free place; gives the time until the next look, in ms. */
  const claimAll = async (): Promise<number> => {
    for (const kind of Object.keys(kinds)) {
      const places = stopped ? 0 : free(kind);
      if (places <= 0) continue;
      for (const job of await ctx.queue.claim([kind], places, leaseMs)) running.set(job, work(job));
    }
    const open = Object.keys(kinds).filter((kind) => free(kind) > 0);
    const due = open.length > 0 ? await ctx.queue.nextDue(open) : null;
    return due ? Math.min(pollMs, Math.max(0, due.getTime() - ctx.now().getTime())) : pollMs;
  };

  const work = async (job: Job): Promise<void> => {
    const renewal = setInterval(() => void ctx.queue.renew(job, leaseMs).catch(() => false), leaseMs / 3);
    const log = ctx.log.with({ job: job.id, kind: job.kind, attempt: job.attempts });
    try {
      await kinds[job.kind]?.run({ ...ctx, log }, job.payload);
      await ctx.queue.done(job);
    } catch (error) {
      await giveBack(job, error, log).catch((cause: unknown) => log.error("job not given back; its lease will expire", { error: cause }));
    } finally {
      clearInterval(renewal);
      running.delete(job);
      void look();
    }
  };

  const giveBack = async (job: Job, error: unknown, log: Ctx["log"]): Promise<void> => {
    const hopeless = error instanceof AppError && (error.code === "invalid" || error.code === "gone");
    const delay = hopeless || job.attempts >= attempts ? null : backoff(job.attempts);
    log.warn(delay === null ? "job is dead" : "job failed", { error, ...(delay !== null && { retryMs: delay }) });
    await ctx.queue.fail(job, error instanceof Error ? error.message : String(error), delay);
  };

  const unsubscribe = ctx.queue.onEnqueue(() => void look());
  void look();

  return {
    stop: async (graceMs = 10_000) => {
      stopped = true;
      unsubscribe();
      clearTimeout(timer);
      await Promise.race([Promise.all(running.values()), sleep(graceMs)]);
      await Promise.all([...running.keys()].map((job) => ctx.queue.release(job).catch(() => false)));
    },
  };
}

/** Exponential backoff with full jitter, in ms (AWS Architecture Blog, "Exponential Backoff And Jitter"); never below a tenth of its ceiling. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(BACKOFF_LIMIT_MS, BACKOFF_MS * 2 ** attempt);
  return Math.round(ceiling * (0.1 + 0.9 * random()));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
