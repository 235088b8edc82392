/** An estimate of a growing total over a moving window. */
export type Rate = {
  /** Takes the total so far at a time in milliseconds. */
  sample(total: number, now: number): void;
  /** Units per second over the window; 0 while there is too little to tell. */
  perSecond(now: number): number;
  reset(): void;
};

/** Less than this much history gives wild numbers. */
const MIN_MS = 1_500;

export function createRate(windowMs: number): Rate {
  let samples: { total: number; at: number }[] = [];
  return {
    sample(total, now) {
      samples.push({ total, at: now });
      // The newest sample that is older than the window stays: it is the left edge.
      const edge = samples.findLastIndex((each) => each.at <= now - windowMs);
      if (edge > 0) samples = samples.slice(edge);
    },
    perSecond(now) {
      const first = samples[0];
      const last = samples.at(-1);
      if (!first || !last || last.at - first.at < MIN_MS) return 0;
      // Time since the last sample counts, so that a stall is seen as one.
      return Math.max(0, ((last.total - first.total) / (Math.max(now, last.at) - first.at)) * 1000);
    },
    reset() {
      samples = [];
    },
  };
}

/** The first files tell little of the others: a number is given after half a minute, or earlier when this much is done. */
const TELLING_MS = 30_000;
const TELLING_PART = 0.02;

/** Seconds until the `total` units are done; undefined while that cannot be told. `elapsed` is in milliseconds. */
export function secondsLeft(done: number, total: number, perSecond: number, elapsed: number): number | undefined {
  if (perSecond <= 0 || (elapsed < TELLING_MS && done < total * TELLING_PART)) return undefined;
  return (total - done) / perSecond;
}

/** `about 38 min left`, rounded so that it does not flicker. */
export function timeLeftText(seconds: number): string {
  if (seconds < 10) return "a few seconds left";
  if (seconds < 50) return `about ${Math.ceil(seconds / 10) * 10} s left`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${Math.max(1, minutes)} min left`;
  const hours = Math.floor(minutes / 60);
  const rest = Math.round((minutes % 60) / 10) * 10;
  if (hours >= 10) return `about ${Math.round(minutes / 60)} h left`;
  if (rest === 60) return `about ${hours + 1} h left`;
  return rest === 0 ? `about ${hours} h left` : `about ${hours} h ${rest} min left`;
}
