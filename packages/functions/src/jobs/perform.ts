import { AppError, isOutage, type Ctx, type Job } from "@tintype/core/kernel";
import * as Usage from "@tintype/core/usage";
import { backoff } from "./backoff.ts";

/**
 * Does one job; `attempt` counts from 1 (see `Job`). Throwing puts it back for later, an outage without counting the attempt; throwing AppError
 * `invalid` or `gone` buries it at once.
 */
type Handler = (ctx: Ctx, payload: Readonly<Record<string, unknown>>, attempt: number) => Promise<void>;

export type Kind = {
  run: Handler;
  /** Jobs of this kind at once. */
  concurrency: number;
  /** Work that no photo needs to be safe and seen: it waits when the month's budget is spent, unless somebody waits for it. */
  canWait?: boolean;
};

export type PerformOptions = {
  kinds: Readonly<Record<string, Kind>>;
  leaseMs: number;
  /** Tries before a job is dead. */
  attempts: number;
  /** Whether the process is about to end: then a job that cannot be given back is left to its lease. */
  isStopped: () => boolean;
};

export const LEASE_MS = 60_000;
export const ATTEMPTS = 8;
/** Pause before the queue is told once more what it could not be told. */
const OUTAGE_MS = 2000;
/** A job that something was away for waits as if it were its fourth failure, up to 16 s: seldom enough, and soon there when it is back. */
const OUTAGE_ATTEMPT = 4;
const NEVER_ENDED = "It was begun again and again and never came to an end.";

/** Does a claimed job and tells the queue what became of it; its lease is renewed meanwhile. Never throws. */
export async function perform(ctx: Ctx, job: Job, { kinds, leaseMs, attempts, isStopped }: PerformOptions): Promise<void> {
  const log = ctx.log.with({ job: job.id, kind: job.kind, attempt: job.attempts });
  let isOver = false;

  const renew = async (): Promise<void> => {
    try {
      if (!(await ctx.queue.renew(job, leaseMs)) && !isOver) log.warn("job's lease was lost");
    } catch (error) {
      log.warn("job's lease not renewed", { error });
    }
  };

  const giveBack = async (error: unknown): Promise<void> => {
    const reason = error instanceof Error ? error.message : String(error);
    if (isOutage(error)) {
      const delayMs = backoff(OUTAGE_ATTEMPT);
      log.warn("job put off", { error, retryMs: delayMs });
      await ctx.queue.release(job, { reason, delayMs });
      return;
    }
    const hopeless = error instanceof AppError && (error.code === "invalid" || error.code === "gone");
    const delay = hopeless || job.attempts >= attempts ? null : backoff(job.attempts);
    log.warn(delay === null ? "job is dead" : "job failed", { error, ...(delay !== null && { retryMs: delay }) });
    await ctx.queue.fail(job, reason, delay);
  };

  /** Tries until the queue can be reached: a job that is not given back waits for the end of its lease, and its claim counts. */
  const insist = async (tell: () => Promise<void>): Promise<void> => {
    for (;;) {
      try {
        return await tell();
      } catch (error) {
        if (isStopped() || !isOutage(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, OUTAGE_MS));
      }
    }
  };

  const renewal = setInterval(() => void renew(), leaseMs / 3);
  const start = performance.now();
  try {
    // Its failures are counted below; these are attempts that ended with the process.
    if (job.attempts > attempts) throw new Error(NEVER_ENDED);
    const kind = kinds[job.kind];
    const pause = kind?.canWait === true && !job.urgent ? await Usage.pause(ctx) : undefined;
    if (pause) {
      await ctx.queue.release(job, { reason: pause.reason, delayMs: pause.until.getTime() - ctx.now().getTime() });
      return;
    }
    await kind?.run({ ...ctx, log }, job.payload, job.attempts);
    const held = await ctx.queue.done(job);
    log.debug(held ? "job done" : "job done, but its lease was lost", { ms: Math.round(performance.now() - start) });
  } catch (error) {
    await insist(() => giveBack(error)).catch((cause: unknown) => log.error("job not given back; its lease will expire", { error: cause }));
  } finally {
    isOver = true;
    clearInterval(renewal);
  }
}
