import { MAX_FILES } from "../lib/limit.ts";

/** A plan is asked for when fewer than this many files wait to be sent, so that the lanes never run dry. */
const LOW_WATER = 24;
/** Signed requests live 15 minutes; more than this much time's worth of bytes is not asked for ahead. */
const AHEAD_SECONDS = 240;
const FEWEST = 12;

type State = {
  /** Sizes of the hashed files, oldest first. */
  sizes: readonly number[];
  /** Files that have a signed request and wait. */
  planned: number;
  /** True when no more files are coming from the hashing. */
  last: boolean;
  bytesPerSecond: number;
};

/** How many of the hashed files to plan now; 0 = wait. */
export function nextBatch({ sizes, planned, last, bytesPerSecond }: State): number {
  if (sizes.length === 0 || planned >= LOW_WATER) return 0;
  // A full batch is worth a short wait while something can be sent meanwhile.
  if (planned > 0 && !last && sizes.length < MAX_FILES / 2) return 0;
  const most = Math.min(MAX_FILES, sizes.length);
  if (bytesPerSecond <= 0) return most;
  let budget = bytesPerSecond * AHEAD_SECONDS;
  let count = 0;
  while (count < most && (count < FEWEST || budget > 0)) budget -= sizes[count++] ?? 0;
  return count;
}
