import { unpackDays, type Chunk, type Geometry } from "@tintype/core/geometry";

/**
 * A month as the grid shows it, newest first: the assets of the server's chunk, and among them tiles that are still uploading.
 * A place in a month is a slot; without pending tiles the slots are the chunk's own indexes.
 */
export type Month = {
  /** year × 12 + month − 1 */
  month: number;
  /** The revision of the server's chunk; 0 when the month has pending tiles only. */
  revision: number;
  /** Assets in the server's chunk. */
  assets: number;
  /** One ratio byte per slot. */
  ratios: Uint8Array;
  /** First slot of each day, and at the end the number of slots. */
  dayStart: Uint32Array;
  /** Day of month of each day. */
  days: Uint8Array;
  /** Per slot the chunk's index, or −1 − k for the k-th pending tile; null when every slot is its own index. */
  source: Int32Array | null;
};

/** The whole library. `first[m]` is the slot number, in the library, of month m's first slot. */
export type Library = { months: readonly Month[]; first: Uint32Array; count: number };

/** A day of the library: its calendar date and its slots. */
export type Day = { year: number; month: number; day: number; begin: number; end: number };

const monthOfChunk = new WeakMap<Chunk, Month>();

/** False where a collection has no days: all of it is then one. */
export function isDated({ year }: Pick<Day, "year">): boolean {
  return year > 0;
}

/** A chunk as a month without pending tiles; the same object for the same chunk, so that its layout can be kept. */
export function toMonth(chunk: Chunk): Month {
  const known = monthOfChunk.get(chunk);
  if (known) return known;
  const pairs = unpackDays(chunk.days);
  const dayStart = new Uint32Array(pairs.length + 1);
  for (const [i, [, count]] of pairs.entries()) dayStart[i + 1] = dayStart[i]! + count;
  const month: Month = {
    month: chunk.month,
    revision: chunk.revision,
    assets: chunk.count,
    ratios: chunk.ratios,
    dayStart,
    days: Uint8Array.from(pairs, ([day]) => day),
    source: null,
  };
  monthOfChunk.set(chunk, month);
  return month;
}

/** The chunks after a patch: each chunk of it replaces that month's, one with count 0 removes it. Newest month first. */
export function patchChunks(chunks: readonly Chunk[], patch: Geometry): Chunk[] {
  const byMonth = new Map(chunks.map((chunk) => [chunk.month, chunk]));
  for (const chunk of patch.chunks) byMonth.set(chunk.month, chunk);
  return [...byMonth.values()].filter((chunk) => chunk.count > 0).toSorted((a, b) => b.month - a.month);
}

/** Puts months, newest first, together. */
export function toLibrary(months: readonly Month[]): Library {
  const first = new Uint32Array(months.length + 1);
  for (const [i, month] of months.entries()) first[i + 1] = first[i]! + month.ratios.length;
  return { months, first, count: first[months.length]! };
}

/** Which month holds a slot of the library. */
export function monthAt(library: Library, slot: number): number {
  return floorIndex(library.first, library.months.length, slot);
}

/** Which month and which index of its chunk a slot is; a negative index tells a pending tile. */
export function sourceOf(library: Library, slot: number): { month: Month; index: number } {
  const at = monthAt(library, slot);
  const month = library.months[at]!;
  const local = slot - library.first[at]!;
  return { month, index: month.source ? month.source[local]! : local };
}

/** The slot of a chunk's index; undefined when that month or index is not there. */
export function slotOf(library: Library, monthNumber: number, index: number): number | undefined {
  const at = library.months.findIndex((month) => month.month === monthNumber);
  const month = library.months[at];
  if (!month) return undefined;
  const local = month.source ? month.source.indexOf(index) : index;
  return local < 0 || local >= month.ratios.length ? undefined : library.first[at]! + local;
}

/** The day that holds a slot. */
export function dayAt(library: Library, slot: number): Day {
  const at = monthAt(library, slot);
  const month = library.months[at]!;
  const first = library.first[at]!;
  const day = floorIndex(month.dayStart, month.days.length, slot - first);
  return {
    year: Math.floor(month.month / 12),
    month: (month.month % 12) + 1,
    day: month.days[day]!,
    begin: first + month.dayStart[day]!,
    end: first + month.dayStart[day + 1]!,
  };
}

/** The runs of chunk indexes that cover the slots from `from` up to `to`, month by month; pending tiles are left out. */
export function assetRuns(library: Library, from: number, to: number): { month: Month; from: number; to: number }[] {
  const runs: { month: Month; from: number; to: number }[] = [];
  if (to <= from) return runs;
  for (let at = monthAt(library, from); at < library.months.length && library.first[at]! < to; at++) {
    const month = library.months[at]!;
    const first = library.first[at]!;
    const local = [Math.max(0, from - first), Math.min(to - first, month.ratios.length)] as const;
    if (!month.source) runs.push({ month, from: local[0], to: local[1] });
    else {
      const indexes = month.source.subarray(...local).filter((index) => index >= 0);
      if (indexes.length > 0) runs.push({ month, from: indexes[0]!, to: indexes.at(-1)! + 1 });
    }
  }
  return runs;
}

/** The last i below `count` with `starts[i]` ≤ `value`; `starts` ascends. */
export function floorIndex(starts: ArrayLike<number>, count: number, value: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (starts[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
