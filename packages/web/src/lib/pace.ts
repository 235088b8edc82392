/** Who does nothing at the page for so long is taken to be away; then it asks so seldom. A database that sleeps when nobody asks gets to sleep. */
const AWAY_AFTER_MS = 5 * 60_000;
const SELDOM_MS = 10 * 60_000;

const SIGNS = ["focus", "keydown", "pointerdown", "pointermove", "wheel"];

/**
 * For who asks again and again whether anything has changed: gives how long to wait where it is `ms` otherwise, longer while nobody is there.
 * `onBack`
 * is called when somebody is there again. Until `signal` is aborted.
 */
export function paceOf(onBack: () => void, signal: AbortSignal): (ms: number) => number {
  let seenAt = performance.now();
  const isAway = (): boolean => performance.now() - seenAt >= AWAY_AFTER_MS;
  const see = (): void => {
    const wasAway = isAway();
    seenAt = performance.now();
    if (wasAway) onBack();
  };
  for (const sign of SIGNS) addEventListener(sign, see, { capture: true, passive: true, signal });
  return (ms) => (isAway() ? Math.max(ms, SELDOM_MS) : ms);
}
