import type { Chunk, Geometry } from "@tintype/core/geometry";
import type { Grid } from "../../grid/grid.ts";
import { blocksOf, type Range } from "../../grid/items.ts";
import { assetRuns, monthAt, type Library } from "../../grid/library.ts";

/** A patch brings at most this many blocks of items along; what is further from view comes when it is seen. */
const PATCH_BLOCKS = 4;

/** The blocks of changed months that will be in view once the patch is applied, so that nothing blinks when it is. */
export function blocksInView(
  grid: Pick<Grid, "layout" | "seen" | "offset">,
  changes: Pick<Geometry, "chunks">,
  before: readonly Chunk[],
): Range[] {
  const library = grid.layout()?.library;
  const seen = grid.seen();
  const ranges: Range[] = [];
  const seenMonths = library && seen ? monthsSeen(library, seen) : [];
  const atTop = grid.offset() <= 4;
  const newest = before[0]?.month ?? -Infinity;
  const runs = library && seen ? assetRuns(library, seen.from, seen.to) : [];
  for (const chunk of changes.chunks) {
    const inside = seenMonths.includes(chunk.month) || (atTop && chunk.month > newest);
    if (!inside || chunk.count === 0) continue;
    const run = runs.find(({ month }) => month.month === chunk.month);
    const growth = Math.max(0, chunk.count - (before.find(({ month }) => month === chunk.month)?.count ?? 0));
    const from = atTop ? 0 : (run?.from ?? 0);
    const to = Math.min(chunk.count, (run?.to ?? 0) + growth);
    ranges.push(...blocksOf({ month: chunk.month, revision: chunk.revision, assets: chunk.count }, from, to));
  }
  return ranges.slice(0, PATCH_BLOCKS);
}

function monthsSeen(library: Library, seen: { from: number; to: number }): number[] {
  const [first, last] = [monthAt(library, seen.from), monthAt(library, seen.to - 1)];
  return library.months.slice(first, last + 1).map(({ month }) => month);
}
