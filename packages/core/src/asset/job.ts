import type { NewJob } from "#kernel";

/** A hint that something may be at `key`: idempotent, and several at once are one. */
export function ingestJob(key: string): NewJob {
  return { kind: "ingest", payload: { key }, dedupe: key };
}
