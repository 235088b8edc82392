/** What each function and its queue are given; test/cloud/limit.test.ts holds it equal to what is deployed. */
export const LIMITS = {
  ingest: { concurrency: 5, batch: 5, timeoutMs: 300_000, memoryMb: 3008, visibilityMs: 1_800_000, most: 6 },
  work: { concurrency: 2, batch: 10, timeoutMs: 900_000, memoryMb: 3008, visibilityMs: 5_400_000, most: 6 },
} as const;

/** Functions that a new AWS account runs at once, whatever they are (AWS Lambda, "Lambda quotas"). */
export const ACCOUNT = 10;
