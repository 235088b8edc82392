import { readRow, rowAt, rowOf, type Layout } from "./layout.ts";
import { dayAt, floorIndex, monthAt } from "./library.ts";

/** Of sums and quotients of heights. */
const ROUNDING = 1e-6;

/** What a scrubber has to do with of a library: every height of the content has its place on it, the last window's too. */
export type Track = {
  /** The height that a window which begins at `offset` stands for: its top; over the last stretch it sinks, until at the end it is all read. */
  lineOf: (offset: number) => number;
  /** Where a window begins that stands for `line`. */
  offsetOf: (line: number) => number;
  /** Where a month of the library begins, heading included. Months that share a row begin one below the other all the same. */
  topOf: (month: number) => number;
  /** The month at a height. */
  monthOf: (line: number) => number;
};

/** `range` is how far the content can be scrolled, `window` the height of what is seen of it. */
export function createTrack(layout: Layout, range: number, window: number): Track {
  const tops = monthTops(layout);
  const height = Math.max(layout.height, range);
  // From here on the line sinks from the window's top to its bottom, faster than the content is scrolled.
  const bend = Math.max(0, range - window);
  const pace = (height - bend) / Math.max(1, range - bend);
  return {
    lineOf: (offset) => (offset <= bend ? offset : bend + (offset - bend) * pace),
    // Rounded up: what is jumped to has then begun.
    offsetOf: (line) => Math.min(range, Math.ceil((line <= bend ? line : bend + (line - bend) / pace) - ROUNDING)),
    topOf: (month) => tops[month]!,
    monthOf: (line) => floorIndex(tops, tops.length, line),
  };
}

function monthTops(layout: Layout): Float64Array {
  const { months, first } = layout.library;
  const tops = new Float64Array(months.length);
  for (let at = 0; at < months.length;) {
    const row = rowOf(layout, first[at]!);
    const { top, height, end } = readRow(layout, row);
    const begin = top - layout.metrics.heading;
    let next = at + 1;
    while (next < months.length && first[next]! < end) next++;
    for (let i = at; i < next; i++) tops[i] = begin + ((i - at) / (next - at)) * (height + layout.metrics.heading);
    at = next;
  }
  return tops;
}

/** The month whose photos are at the top of the window; a heading belongs to what is below it. */
export function monthAtTop(layout: Layout, y: number): number {
  return monthAt(layout.library, readRow(layout, rowAt(layout, y + layout.metrics.heading)).begin);
}

/** Where the window begins after a key: arrows go by days, pages by months; down and right are older. Undefined for other keys. */
export function offsetAfter(key: string, layout: Layout, track: Track, offset: number): number | undefined {
  const { library, metrics } = layout;
  const line = track.lineOf(offset);
  const at = track.monthOf(line);
  const day = dayAt(library, readRow(layout, rowAt(layout, line + metrics.heading)).begin);
  const monthBegin = (month: number) => track.offsetOf(track.topOf(month));
  const dayBegin = (slot: number) => track.offsetOf(readRow(layout, rowOf(layout, slot)).top - metrics.heading);
  switch (key) {
    case "PageUp":
      return monthBegin(offset > monthBegin(at) ? at : Math.max(0, at - 1));
    case "PageDown":
      return at + 1 < library.months.length ? monthBegin(at + 1) : track.offsetOf(Infinity);
    case "ArrowUp":
    case "ArrowLeft":
      return dayBegin(offset > dayBegin(day.begin) ? day.begin : dayAt(library, Math.max(0, day.begin - 1)).begin);
    case "ArrowDown":
    case "ArrowRight":
      // Days that share a row have the same top.
      for (let slot = day.end; slot < library.count; slot = dayAt(library, slot).end) if (dayBegin(slot) > offset) return dayBegin(slot);
      return track.offsetOf(Infinity);
    case "Home":
      return 0;
    case "End":
      return track.offsetOf(Infinity);
    default:
      return undefined;
  }
}
