import type { Items } from "./items.ts";
import { boxOf, type Layout } from "./layout.ts";
import { slotOf, sourceOf, type Library } from "./library.ts";
import type { Tile } from "./tile.ts";

/** A photo that stays where it is while the library around it changes, and how far its top is from the top of the window. */
export type Anchor = { slot: number; above: number };

/** The slot of the asset with an id, as far as its item is loaded. */
export function findSlot(library: Library, items: Pick<Items, "find">, id: string): number | undefined {
  for (const month of library.months) {
    const index = items.find(month, id);
    if (index !== undefined) return slotOf(library, month.month, index);
  }
  return undefined;
}

/** The first tile in view, with the window at `offset`, that `next` has as well: by its place where its chunk is the same, else by its id. */
export function findAnchor(tiles: Iterable<Tile>, before: Layout, offset: number, next: Library, items: Items): Anchor | undefined {
  const margin = before.metrics.heading;
  const seen = [...tiles].filter(({ slot }) => slot < before.library.count && boxOf(before, slot).top >= offset - margin);
  for (const tile of seen.toSorted((a, b) => a.slot - b.slot)) {
    const place = sourceOf(before.library, tile.slot);
    const month = next.months.find((each) => each.month === place.month.month);
    if (!month || place.index < 0) continue;
    const index = month.revision === place.month.revision ? place.index : items.find(month, tile.key);
    const slot = index === undefined ? undefined : slotOf(next, month.month, index);
    if (slot !== undefined) return { slot, above: boxOf(before, tile.slot).top - offset };
  }
  return undefined;
}
