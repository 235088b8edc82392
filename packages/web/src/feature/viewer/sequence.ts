import { RATIOS } from "@tintype/core/geometry";
import type { Grid } from "../../grid/grid.ts";
import type { Item } from "../../grid/items.ts";
import { dayAt, monthAt, slotOf, sourceOf, type Day } from "../../grid/library.ts";
import { locate } from "../timeline/source.ts";
import type { Timeline } from "../timeline/timeline.ts";

/** One photo of the sequence that the viewer goes through. */
export type Entry = { slot: number; item: Item; ratio: number; day: Day };

/** The photo at a slot; undefined beyond the ends and for tiles that are still uploading. */
async function entryAt(grid: Grid, slot: number, signal: AbortSignal): Promise<Entry | undefined> {
  const library = grid.layout()?.library;
  if (!library || slot < 0 || slot >= library.count) return undefined;
  const { month, index } = sourceOf(library, slot);
  if (index < 0) return undefined;
  const item = grid.items.get(month, index) ?? (await grid.items.load(month, index, index + 1, signal))[0];
  const at = monthAt(library, slot);
  const byte = month.ratios[slot - library.first[at]!]!;
  return item && { slot, item, ratio: RATIOS[byte]!, day: dayAt(library, slot) };
}

/** The next photo in a direction, past tiles that are still uploading. */
export async function entryBeside(grid: Grid, slot: number, step: 1 | -1, signal: AbortSignal): Promise<Entry | undefined> {
  const next = slotBeside(grid, slot, step);
  return next === undefined ? undefined : entryAt(grid, next, signal);
}

/** The slot of that photo; undefined at the end. */
export function slotBeside(grid: Grid, slot: number, step: 1 | -1): number | undefined {
  const library = grid.layout()?.library;
  if (!library) return undefined;
  let next = slot + step;
  while (next >= 0 && next < library.count && sourceOf(library, next).index < 0) next += step;
  return next >= 0 && next < library.count ? next : undefined;
}

/** The photo with an id: where the grid has it, or where the server says that it lies. Undefined when it is not in the timeline. */
export async function entryOf({ grid, sync }: Timeline, id: string, signal: AbortSignal): Promise<Entry | undefined> {
  const near = grid.find(id);
  if (near !== undefined) return entryAt(grid, near, signal);
  for (let attempt = 0; attempt < 3; attempt++) {
    const place = await locate(id, signal);
    if (!place) return undefined;
    const library = grid.layout()?.library;
    const month = library?.months.find((each) => each.month === place.month);
    const slot = library && slotOf(library, place.month, place.index);
    if (month?.revision === place.revision && slot !== undefined) return entryAt(grid, slot, signal);
    await sync.refresh();
  }
  return undefined;
}
