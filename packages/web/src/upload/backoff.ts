const BASE_MS = 1_000;
const CAP_MS = 60_000;
/** The longest pause while the ways were open a moment ago: then they are likely to be so again soon. */
const SHORT_CAP_MS = 15_000;
const RECENT_MS = 300_000;

/**
 * Milliseconds to wait before attempt number `attempt` + 1 (first failure = 1): exponential with full jitter, at most a minute, or a
 * quarter of one when something got through within the last five minutes (`sinceSuccess` in milliseconds).
 * The server's Retry-After (seconds) is a lower bound; the jitter comes on top, so that clients do not return all at once.
 */
export function backoff(attempt: number, retryAfter: number | undefined, random: () => number, sinceSuccess = Infinity): number {
  const cap = sinceSuccess < RECENT_MS ? SHORT_CAP_MS : CAP_MS;
  const ceiling = Math.min(cap, BASE_MS * 2 ** Math.min(attempt - 1, 10));
  const jitter = Math.round(random() * ceiling);
  return retryAfter === undefined ? Math.max(200, jitter) : Math.round(retryAfter * 1000) + Math.min(jitter, 2_000);
}
