import { RATIOS } from "@tintype/core/geometry";

/** The measures of a layout, in CSS pixels. */
export type Metrics = {
  width: number;
  /** Wanted row height; the mean of full rows comes out near it. */
  target: number;
  /** Between photos and between rows. */
  gap: number;
  /** Between the parts of days that share a row. */
  dayGap: number;
  /** Height of the band for day headings above a day's first row. */
  heading: number;
  /** The tallest full row as a multiple of the target; what would be taller ends early, at the target height. */
  tallest: number;
  /** A day takes part in a shared row only where its part is at least this wide, so that its heading can be read. */
  minPart: number;
};

/** A run of photos and where its days begin: `dayStart` has one more entry than there are days. */
export type Run = { ratios: Uint8Array; dayStart: Uint32Array };

/** The rows of a run. Row r holds the photos `start[r]` to `start[r + 1]`; `top` is where its pictures begin, below its headings. */
export type Rows = {
  count: number;
  start: Uint32Array;
  top: Float64Array;
  height: Uint16Array;
  /** 1 where the row fills the width, 0 where it ends early. */
  full: Uint8Array;
  /** From the top of the run to its end, with the gap below the last row. */
  total: number;
};

/** The lowest row as a multiple of the target. Where rows hold many photos a narrower choice is enough, and twice as fast. */
const SHORTEST = 0.5;
const SHORTEST_MANY = 0.75;
const MANY = 8;
const SHORTEST_SHARED = 0.72;

/** Costs, in squares of a row's width: a row that is 10 % too wide at the target height costs 0.01. */
const RAGGED = 0.3;
const ORPHAN = 4;
const HEADING = 0.05;

/** The search sums in single precision; a row at the very limit must not turn ragged for that. */
const ROUNDING = 1.00001;

/** Photos between two chances to pause: about 3 ms. */
const SLICE = 50_000;

/**
 * Breaks a run into rows by shortest path: a node before every photo, an edge for every row that could start there, and as cost the square
 * of how far the row's width at the target height is from the width given. Whole small days may share a row. Linear in the photos.
 * Yields now and then so that the caller can pause.
 */
export function* breakRows(run: Run, metrics: Metrics): Generator<undefined, Rows> {
  const photos = run.ratios.length;
  const cost = new Float64Array(photos + 1).fill(Infinity);
  const from = new Uint32Array(photos + 1);
  cost[0] = 0;
  const natural = RATIOS.map((ratio) => ratio * metrics.target);
  for (let day = 0; day + 1 < run.dayStart.length; day++) {
    const begin = run.dayStart[day]!;
    shareRows(run, metrics, natural, day, cost, from);
    const end = run.dayStart[day + 1]!;
    for (let slice = begin; slice < end; slice += SLICE) {
      breakDay(run.ratios, metrics, natural, slice, Math.min(end, slice + SLICE), begin, end, cost, from);
      if (slice + SLICE < end) yield;
    }
  }
  return collect(run, metrics, from);
}

/** Relaxes every edge that starts between `low` and `high` and stays in the day from `begin` to `end`. */
function breakDay(
  ratios: Uint8Array,
  { width, gap, tallest, target }: Metrics,
  natural: Float32Array,
  low: number,
  high: number,
  begin: number,
  end: number,
  cost: Float64Array,
  from: Uint32Array,
): void {
  const scale = 1 / (width * width);
  const shortest = width > MANY * target ? SHORTEST_MANY : SHORTEST;
  for (let i = low; i < high; i++) {
    const base = cost[i]! + (i === begin ? HEADING : 0);
    let pictures = 0;
    let gaps = 0;
    // The first row that is not too tall is always allowed, however low: beside a panorama there may be no other.
    let found = false;
    for (let j = i + 1; j <= end; j++) {
      pictures += natural[ratios[j - 1]!]!;
      const tooTall = pictures * tallest + gaps < width;
      if (found && pictures * shortest + gaps > width) break;
      found = !tooTall;
      const over = pictures + gaps - width;
      gaps += gap;
      if (tooTall && j < end) continue;
      const alone = tooTall && j === i + 1 && i > begin ? ORPHAN : 0;
      const total = base + over * over * scale + (tooTall ? RAGGED : 0) + alone;
      if (total >= cost[j]!) continue;
      cost[j] = total;
      from[j] = i;
    }
  }
}

/** Relaxes the edges from the start of `day` that hold it and whole days after it. */
function shareRows(run: Run, metrics: Metrics, natural: Float32Array, day: number, cost: Float64Array, from: Uint32Array): void {
  const { width, gap, dayGap, minPart, tallest } = metrics;
  const begin = run.dayStart[day]!;
  const base = cost[begin]! + HEADING;
  let pictures = 0;
  let gaps = 0;
  let narrowest = Infinity;
  for (let last = day; last + 1 < run.dayStart.length; last++) {
    const partStart = run.dayStart[last]!;
    const partEnd = run.dayStart[last + 1]!;
    let part = 0;
    for (let i = partStart; i < partEnd; i++) {
      part += natural[run.ratios[i]!]!;
      if ((pictures + part) * SHORTEST_SHARED > width) return;
    }
    pictures += part;
    gaps += (partEnd - partStart - 1) * gap + (last > day ? dayGap : 0);
    narrowest = Math.min(narrowest, part);
    if (pictures * SHORTEST_SHARED + gaps > width) return;
    if (last === day) continue;
    const tooTall = pictures * tallest + gaps < width;
    const scale = tooTall ? 1 : (width - gaps) / pictures;
    if (narrowest * scale < minPart) continue;
    const over = (pictures + gaps - width) / width;
    const total = base + over * over + (tooTall ? RAGGED : 0);
    if (total >= cost[partEnd]!) continue;
    cost[partEnd] = total;
    from[partEnd] = begin;
  }
}

/** Walks the cheapest path back and gives every row its place. */
function collect(run: Run, metrics: Metrics, from: Uint32Array): Rows {
  const photos = run.ratios.length;
  let count = 0;
  for (let at = photos; at > 0; at = from[at]!) count++;
  const start = new Uint32Array(count + 1);
  start[count] = photos;
  for (let row = count; row > 0; row--) start[row - 1] = from[start[row]!]!;
  const rows: Rows = { count, start, top: new Float64Array(count), height: new Uint16Array(count), full: new Uint8Array(count), total: 0 };
  let y = 0;
  let day = 0;
  for (let row = 0; row < count; row++) {
    const begin = start[row]!;
    const end = start[row + 1]!;
    const before = day;
    while (day + 1 < run.dayStart.length && run.dayStart[day]! < end) day++;
    const headings = day - before;
    if (headings > 0) y += metrics.heading;
    const height = fullHeight(run.ratios, begin, end, Math.max(0, headings - 1), metrics);
    const full = height <= metrics.target * metrics.tallest * ROUNDING;
    rows.top[row] = y;
    rows.full[row] = full ? 1 : 0;
    rows.height[row] = full ? Math.max(1, Math.round(height)) : metrics.target;
    y += rows.height[row]! + metrics.gap;
  }
  rows.total = y;
  return rows;
}

/** The height at which the photos from `begin` to `end` fill the width exactly; `breaks` of their gaps are between days. */
export function fullHeight(ratios: Uint8Array, begin: number, end: number, breaks: number, { width, gap, dayGap }: Metrics): number {
  let sum = 0;
  for (let i = begin; i < end; i++) sum += RATIOS[ratios[i]!]!;
  return (width - (end - begin - 1 - breaks) * gap - breaks * dayGap) / sum;
}
