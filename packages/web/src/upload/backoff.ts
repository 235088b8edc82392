const BASE_MS = 1_000;
const CAP_MS = 60_000;

/**
 * Milliseconds to wait before attempt number `attempt` + 1 (first failure = 1): exponential with full jitter, at most a minute.
 * The server's Retry-After (seconds) is a lower bound; the jitter comes on top, so that clients do not return all at once.
 */
export function backoff(attempt: number, retryAfter: number | undefined, random: () => number): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt - 1, 10));
  const jitter = Math.round(random() * ceiling);
  return retryAfter === undefined ? Math.max(200, jitter) : Math.round(retryAfter * 1000) + Math.min(jitter, 2_000);
}
