import type { Database } from "./database.ts";

/** What a worker is asked to do; `kind` selects the handler, `payload` is small JSON. */
export type NewJob = {
  kind: string;
  payload: Record<string, unknown>;
  /**
   * Living jobs of a kind with the same dedupe key are one job, with the newest payload and the earliest `runAt`.
   * When that job is being worked on, it runs once more afterwards; when it is dead, it lives again.
   */
  dedupe?: string;
  /** Not before this time; now when absent. */
  runAt?: Date;
  /** Somebody waits for it: it comes before all others of its kind that are due. */
  urgent?: boolean;
};

/**
 * A claimed job. `attempts` counts its claims, this one included, but for those that were released: so it counts what failed, and what never
 * came to an end because the process was killed. `fence` names this claim.
 */
export type Job = { id: string; kind: string; payload: Record<string, unknown>; attempts: number; fence: number; urgent: boolean };

/** The Queue port. At-least-once: handlers are idempotent. A claim is leased and fenced, so a late worker cannot acknowledge. */
export type Queue = {
  enqueue(jobs: readonly NewJob[]): Promise<void>;
  /** Claims up to `limit` due jobs for `leaseMs`, each kind in its turn; an expired lease makes the job due again. */
  claim(kinds: readonly string[], limit: number, leaseMs: number): Promise<Job[]>;
  /** When the next job of these kinds is or was due, a lease expires included; null when there is none. */
  nextDue(kinds: readonly string[]): Promise<Date | null>;
  /** Removes a finished job; false when the lease had been lost meanwhile. */
  done(job: Job): Promise<boolean>;
  /** Puts a failed job back after `delayMs`, or among the dead when `delayMs` is null; false when the lease had been lost. */
  fail(job: Job, reason: string, delayMs: number | null): Promise<boolean>;
  /** Gives a job back as if it had never been claimed, due now or after `wait`; false when the lease had been lost. */
  release(job: Job, wait?: { reason: string; delayMs: number }): Promise<boolean>;
  /** Lengthens the lease to `leaseMs` from now; false when it had been lost. */
  renew(job: Job, leaseMs: number): Promise<boolean>;
  /** Calls `wake` soon after jobs were enqueued, by this process or by one that tells; returns how to stop. Others are found by polling. */
  onEnqueue(wake: (jobs: readonly Pick<NewJob, "kind" | "runAt">[]) => void): () => void;
  /** The same queue in the transaction of `db`: its jobs come into being with the commit. */
  within(db: Database): Queue;
};

/**
 * What the messages say that wake a function which does jobs: there are some; everything that is to be done now and then; to ask the store
 * whether a call that had begun to work has come to its end; and to ask it in the clock's stead whether it is time, where it was away when the
 * clock did.
 */
export const WAKE = "wake";
export const TIDY = "tidy";
export const GUARD = "guard";
export const LOOK = "look";
