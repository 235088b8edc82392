import { AppError } from "@tintype/core/kernel";
import type { Clock } from "./clock.ts";
import { type Process, wait } from "./process.ts";

export type StoreOptions = {
  /** Requests a second that a prefix takes, of each class. */
  limits: { put: number; get: number };
  /** The share of requests that are refused all the same. */
  refused: number;
  ms: { put: number; get: number };
  bytesPerMs: number;
};

export type StoreModel = ReturnType<typeof createStoreModel>;

/** As the AWS SDK's client of `store-s3-client.ts` tries: three times, with pauses at random up to 500 ms, then up to 1 s, after a 503 Slow Down. */
const TRIES = 3;
const PAUSE_MS = 500;

/** S3, by its requests: each takes its time, and is refused where a prefix gets more in a second than it takes. */
export function createStoreModel(clock: Clock, { limits, refused, ms, bytesPerMs }: StoreOptions) {
  const counts = { put: 0, get: 0, list: 0, refused: 0, failed: 0, mostPuts: 0, mostGets: 0 };
  const seconds = { put: { at: 0, n: 0 }, get: { at: 0, n: 0 } };

  const isTaken = (kind: "put" | "get"): boolean => {
    const second = seconds[kind];
    const at = Math.floor(clock.now() / 1000);
    if (second.at !== at) Object.assign(second, { at, n: 0 });
    second.n++;
    if (kind === "put") counts.mostPuts = Math.max(counts.mostPuts, second.n);
    else counts.mostGets = Math.max(counts.mostGets, second.n);
    return second.n <= limits[kind] && (refused === 0 || clock.random() >= refused);
  };

  return {
    counts,
    /** One request, with its tries. Throws `storage_unavailable` when all are refused. */
    request: async (process: Process, kind: "put" | "get", bytes = 0): Promise<void> => {
      for (let tries = 1; ; tries++) {
        counts[kind]++;
        const taken = isTaken(kind);
        // Half of the time always, the other half by chance.
        await wait(clock, process, ms[kind] * (0.5 + clock.random()) + (taken ? bytes / bytesPerMs : 0));
        if (taken) return;
        counts.refused++;
        if (tries === TRIES) break;
        await wait(clock, process, clock.random() * 2 ** (tries - 1) * PAUSE_MS);
      }
      counts.failed++;
      throw new AppError("storage_unavailable", "The store says that it is too much (SlowDown).");
    },
  };
}
