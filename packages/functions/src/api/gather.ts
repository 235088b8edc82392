import { AppError } from "@tintype/core/kernel";

export type GatherLimits = {
  /** How long the first of a batch waits for others, in ms. */
  waitMs?: number;
  /** Items in one write, unless a single caller has more. */
  batch?: number;
  /** Items that may wait; a caller beyond is refused, instead of filling the memory while the database hangs. */
  waiting?: number;
};

type Caller<T> = { items: readonly T[]; resolve: () => void; reject: (error: unknown) => void };

/**
 * Group commit: what callers bring within a few ms, or while a write is under way, is written in one go, and each is answered when its batch
 * is. A write that fails fails its own batch and no other. Throws `database_unavailable` when too much waits.
 */
export function gatherer<T>(
  write: (items: readonly T[]) => Promise<void>,
  limits: GatherLimits = {},
): (items: readonly T[]) => Promise<void> {
  const { waitMs = 2, batch = 1000, waiting: most = 20_000 } = limits;
  const waiting: Caller<T>[] = [];
  let count = 0;
  let isRunning = false;

  const writeAll = async (): Promise<void> => {
    isRunning = true;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    while (waiting.length > 0) {
      const callers = nextBatch(waiting, batch);
      const items = callers.flatMap((caller) => caller.items);
      const failure = await write(items).then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
      for (const { resolve, reject } of callers) {
        if (failure) reject(failure.error);
        if (!failure) resolve();
      }
      count -= items.length;
    }
    isRunning = false;
  };

  return (items) => {
    if (count + items.length > most) return Promise.reject(new AppError("database_unavailable", "Too much waits for the database."));
    count += items.length;
    return new Promise((resolve, reject) => {
      waiting.push({ items, resolve, reject });
      if (!isRunning) void writeAll();
    });
  };
}

/** Takes the callers that come first, as many as have at most `size` items together, and one in any case. */
function nextBatch<T>(waiting: Caller<T>[], size: number): Caller<T>[] {
  let total = 0;
  const end = waiting.findIndex(({ items }) => (total += items.length) > size);
  return waiting.splice(0, end === -1 ? waiting.length : Math.max(1, end));
}
