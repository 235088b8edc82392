/** What a worker is asked to do; `kind` selects the handler, `payload` is small JSON. */
export type NewJob = {
  kind: string;
  payload: Record<string, unknown>;
  /** Jobs waiting with the same kind and dedupe key are one job: enqueueing again only moves `runAt` forward. */
  dedupe?: string;
  /** Not before this time; now when absent. */
  runAt?: Date;
};

export type Job = { id: string; kind: string; payload: Record<string, unknown>; attempts: number; fence: number };

/** The Queue port. At-least-once: handlers are idempotent. A claim is leased and fenced, so a late worker cannot acknowledge. */
export type Queue = {
  enqueue(jobs: readonly NewJob[]): Promise<void>;
  /** Claims up to `limit` due jobs for `leaseMs`; an expired lease makes the job due again. */
  claim(kinds: readonly string[], limit: number, leaseMs: number): Promise<Job[]>;
  /** Removes a finished job; false when the lease had been lost meanwhile. */
  done(job: Job): Promise<boolean>;
  /** Puts a failed job back after `delayMs`, or among the dead when `delayMs` is null. */
  fail(job: Job, reason: string, delayMs: number | null): Promise<boolean>;
  /** Calls `wake` soon after a job was enqueued by this process; returns how to stop. Others are found by polling. */
  onEnqueue(wake: () => void): () => void;
};
