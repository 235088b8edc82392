/** Files that are sent at a time. */
export const LANES = 6;

export type Lanes = {
  /** Runs `work` in a free lane, waiting for one in the order of asking. Rejects with AbortError when `signal` fires first. */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
};

/**
 * `count` lanes, in each of which one PUT runs at a time. All tabs of this browser share them through its Web Locks, so that two tabs
 * take turns instead of halving each other's speed. Without `locks` (they exist only on https and localhost, and not where a browser lets a page keep
 * nothing) every tab has its own.
 */
export function createLanes(count: number, locks: LockManager | undefined): Lanes {
  const free = Array.from({ length: count }, (_, i) => count - 1 - i);
  const waiting: { start: (lane: number) => void; signal: AbortSignal }[] = [];

  const release = (lane: number): void => {
    let next = waiting.shift();
    while (next?.signal.aborted) next = waiting.shift();
    if (next) return next.start(lane);
    free.push(lane);
  };

  /** An answer, or that the browser refuses locks. */
  const locked = async <T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    let begun = false;
    try {
      if (!locks) return await work();
      return await locks.request(name, { signal }, () => {
        begun = true;
        return work();
      });
    } catch (error) {
      if (begun || !(error instanceof DOMException) || error.name !== "SecurityError") throw error;
      return work();
    }
  };

  const acquire = (signal: AbortSignal): Promise<number> => {
    signal.throwIfAborted();
    const lane = free.pop();
    if (lane !== undefined) return Promise.resolve(lane);
    return new Promise((resolve, reject) => {
      waiting.push({ start: resolve, signal });
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  };

  return {
    async run(signal, work) {
      const lane = await acquire(signal);
      try {
        return await locked(`tintype-put-${lane}`, signal, work);
      } finally {
        release(lane);
      }
    },
  };
}
