import { RATIOS } from "@tintype/core/geometry";
import { floorIndex, type Library, type Month } from "./library.ts";
import { breakRows, fullHeight, type Metrics, type Rows, type Run } from "./rows.ts";

/** A few small months, or one large one, laid out together. */
type Block = { months: readonly Month[]; run: Run; rows: Rows };

/** Where every photo of a library lies. Rows are numbered through the whole library. */
export type Layout = {
  library: Library;
  metrics: Metrics;
  blocks: readonly Block[];
  /** First slot, first row and top of each block, and behind them those of the end. */
  firstSlot: Uint32Array;
  firstRow: Uint32Array;
  top: Float64Array;
  height: number;
  rows: number;
};

/** A row: its slots, where its pictures lie, and the slots at which a day begins in it. */
export type Row = { begin: number; end: number; top: number; height: number; headings: number[] };

/** Slots `from` up to, not with, `to`. */
export type Slots = { from: number; to: number };

export type Box = { left: number; top: number; width: number; height: number };

/** Months below this many photos are laid out together with their neighbours, so that a sparse year shares rows as well. */
const SPARSE = 64;

/** Lays out a library. Blocks that `previous` holds with the same measures are taken over. Yields between slices of about 3 ms. */
export function* layOut(library: Library, metrics: Metrics, previous?: Layout): Generator<undefined, Layout> {
  const kept = previous && sameMetrics(previous.metrics, metrics) ? previous.blocks : [];
  const byFirstMonth = new Map(kept.map((block) => [block.months[0], block]));
  const blocks: Block[] = [];
  for (const months of groupMonths(library.months)) {
    const known = byFirstMonth.get(months[0]);
    if (known && sameMonths(known.months, months)) blocks.push(known);
    else {
      const run = toRun(months);
      blocks.push({ months, run, rows: yield* breakRows(run, metrics) });
      yield;
    }
  }
  const firstSlot = new Uint32Array(blocks.length + 1);
  const firstRow = new Uint32Array(blocks.length + 1);
  const top = new Float64Array(blocks.length + 1);
  for (const [i, { run, rows }] of blocks.entries()) {
    firstSlot[i + 1] = firstSlot[i]! + run.ratios.length;
    firstRow[i + 1] = firstRow[i]! + rows.count;
    top[i + 1] = top[i]! + rows.total;
  }
  return { library, metrics, blocks, firstSlot, firstRow, top, height: top[blocks.length]!, rows: firstRow[blocks.length]! };
}

/** The whole layout at once. */
export function layOutNow(library: Library, metrics: Metrics, previous?: Layout): Layout {
  const steps = layOut(library, metrics, previous);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

function* groupMonths(months: readonly Month[]): Generator<Month[]> {
  let group: Month[] = [];
  for (const month of months) {
    const large = month.ratios.length >= SPARSE;
    if (large && group.length > 0) yield group;
    if (large) yield [month];
    group = large ? [] : [...group, month];
  }
  if (group.length > 0) yield group;
}

function toRun(months: readonly Month[]): Run {
  const [only] = months;
  if (months.length === 1 && only) return { ratios: only.ratios, dayStart: only.dayStart };
  const ratios = new Uint8Array(months.reduce((sum, month) => sum + month.ratios.length, 0));
  const dayStart = new Uint32Array(months.reduce((sum, month) => sum + month.days.length, 1));
  let slot = 0;
  let day = 0;
  for (const month of months) {
    ratios.set(month.ratios, slot);
    for (const start of month.dayStart.subarray(0, month.days.length)) dayStart[day++] = slot + start;
    slot += month.ratios.length;
  }
  dayStart[day] = slot;
  return { ratios, dayStart };
}

function sameMonths(a: readonly Month[], b: readonly Month[]): boolean {
  return a.length === b.length && a.every((month, i) => month === b[i]);
}

/** Two that were written in another order count as different: that costs a layout and is never wrong. */
function sameMetrics(a: Metrics, b: Metrics): boolean {
  return Object.values(a).join() === Object.values(b).join();
}

/** The row that covers a height of the library, or the one below when it falls on a gap or a heading; the last row at the end. */
export function rowAt(layout: Layout, y: number): number {
  const at = floorIndex(layout.top, layout.blocks.length, y);
  const block = layout.blocks[at]!;
  const inside = y - layout.top[at]!;
  const row = floorIndex(block.rows.top, block.rows.count, inside);
  const beyond = inside >= block.rows.top[row]! + block.rows.height[row]!;
  return Math.min(layout.rows - 1, layout.firstRow[at]! + row + (beyond ? 1 : 0));
}

/** The row that holds a slot. */
export function rowOf(layout: Layout, slot: number): number {
  const at = floorIndex(layout.firstSlot, layout.blocks.length, slot);
  const block = layout.blocks[at]!;
  return layout.firstRow[at]! + floorIndex(block.rows.start, block.rows.count, slot - layout.firstSlot[at]!);
}

/** Which block a row is in, its number there and what of the block's run it has; `offset` is the block's first slot. */
function rowIn(layout: Layout, row: number) {
  const at = floorIndex(layout.firstRow, layout.blocks.length, row);
  const { run, rows } = layout.blocks[at]!;
  const local = row - layout.firstRow[at]!;
  return { at, run, rows, local, begin: rows.start[local]!, end: rows.start[local + 1]!, offset: layout.firstSlot[at]! };
}

/** A row by its number. */
export function readRow(layout: Layout, row: number): Row {
  const { at, run, rows, local, begin, end, offset } = rowIn(layout, row);
  const headings: number[] = [];
  const days = run.dayStart.length - 1;
  let day = floorIndex(run.dayStart, days, begin);
  if (run.dayStart[day]! < begin) day++;
  for (; day < days && run.dayStart[day]! < end; day++) headings.push(offset + run.dayStart[day]!);
  return { begin: offset + begin, end: offset + end, top: layout.top[at]! + rows.top[local]!, height: rows.height[local]!, headings };
}

/** Calls `visit` with the left edge and the width, in whole pixels, of every slot of a row. A full row ends exactly at the width. */
export function placeRow(layout: Layout, row: number, visit: (slot: number, left: number, width: number) => void): void {
  const { run, rows, local, begin, end, offset } = rowIn(layout, row);
  const { headings } = readRow(layout, row);
  const breaks = Math.max(0, headings.length - 1);
  const height = rows.full[local] ? fullHeight(run.ratios, begin, end, breaks, layout.metrics) : rows.height[local]!;
  let next = headings.length > 0 && headings[0] === offset + begin ? 1 : 0;
  let x = 0;
  for (let i = begin; i < end; i++) {
    if (i > begin) {
      const dayBegins = headings[next] === offset + i;
      if (dayBegins) next++;
      x += dayBegins ? layout.metrics.dayGap : layout.metrics.gap;
    }
    const left = Math.round(x);
    x += RATIOS[run.ratios[i]!]! * height;
    visit(offset + i, left, Math.round(x) - left);
  }
}

/** Where a slot lies. */
export function boxOf(layout: Layout, slot: number): Box {
  const row = rowOf(layout, slot);
  const { top, height } = readRow(layout, row);
  let box: Box = { left: 0, top, width: 0, height };
  placeRow(layout, row, (at, left, width) => {
    if (at === slot) box = { left, top, width, height };
  });
  return box;
}

/** The slot in a row whose picture is nearest to `x`. */
export function slotNear(layout: Layout, row: number, x: number): number {
  let best = 0;
  let distance = Infinity;
  placeRow(layout, row, (slot, left, width) => {
    const away = Math.max(left - x, x - left - width, 0);
    if (away >= distance) return;
    best = slot;
    distance = away;
  });
  return best;
}
