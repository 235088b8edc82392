import { RATIOS } from "@tintype/core/geometry";
import type { Grid } from "../../grid/grid.ts";
import type { Item } from "../../grid/items.ts";
import { dayAt, monthAt, sourceOf, type Day } from "../../grid/library.ts";
import type { Place } from "../../grid/listed.ts";

/** One photo of the sequence that the viewer goes through. It has no slot: the library may change at any time, so that is asked anew. */
export type Entry = { item: Item; ratio: number; day: Day };

/** What says where the photos of a timeline or of a collection are. */
export type Places = {
  grid: Pick<Grid, "find" | "items" | "layout">;
  sync: { refresh: () => Promise<void> };
  locate: (id: string, signal: AbortSignal) => Promise<Place | undefined>;
};

/** The photo with an id: where the grid has it, or where the server says that it lies. Undefined when it is not in the timeline. */
export async function entryOf(places: Places, id: string, signal: AbortSignal): Promise<Entry | undefined> {
  await seek(places, id, signal);
  return entryAt(places, places.grid.find(id), signal);
}

/** The photo beside the one with an id, past tiles that are still uploading; undefined at the end. */
export async function entryBeside(places: Places, id: string, step: 1 | -1, signal: AbortSignal): Promise<Entry | undefined> {
  await seek(places, id, signal);
  return entryAt(places, slotBeside(places, id, step), signal);
}

/** The slot of that photo; undefined at the end, and when the grid does not know the one with the id. */
export function slotBeside({ grid }: Pick<Places, "grid">, id: string, step: 1 | -1): number | undefined {
  const library = grid.layout()?.library;
  const slot = grid.find(id);
  if (!library || slot === undefined) return undefined;
  let next = slot + step;
  while (next >= 0 && next < library.count && sourceOf(library, next).index < 0) next += step;
  return next >= 0 && next < library.count ? next : undefined;
}

/** The photo at a slot; undefined for tiles that are still uploading. */
async function entryAt({ grid }: Places, slot: number | undefined, signal: AbortSignal): Promise<Entry | undefined> {
  const library = grid.layout()?.library;
  if (!library || slot === undefined) return undefined;
  const { month, index } = sourceOf(library, slot);
  if (index < 0) return undefined;
  const item = grid.items.get(month, index) ?? (await grid.items.load(month, index, index + 1, signal))[0];
  const byte = month.ratios[slot - library.first[monthAt(library, slot)]!]!;
  return item && { item, ratio: RATIOS[byte]!, day: dayAt(library, slot) };
}

/** Has the grid find a photo: loads its item from where the server says that it lies. Does nothing for one that is not in the timeline. */
async function seek({ grid, sync, locate }: Places, id: string, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const slot = grid.find(id);
    if (slot !== undefined) return;
    const place = await locate(id, signal);
    if (!place) return;
    const month = grid.layout()?.library.months.find((each) => each.month === place.month && each.revision === place.revision);
    if (month) await grid.items.load(month, place.index, place.index + 1, signal);
    else await sync.refresh();
  }
}
