const BASE_MS = 1000;
const LIMIT_MS = 15 * 60_000;

/** Exponential backoff with full jitter, in ms (AWS Architecture Blog, "Exponential Backoff And Jitter"); never below a tenth of its ceiling. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LIMIT_MS, BASE_MS * 2 ** attempt);
  return Math.round(ceiling * (0.1 + 0.9 * random()));
}
