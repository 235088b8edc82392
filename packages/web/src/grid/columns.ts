import { displayName, type ItemColumns } from "@tintype/core/asset";
import type { Item } from "./items.ts";

/** What the server tells of photos: one entry per photo in each column; of an album also who added each. */
export type Columns = ItemColumns & { addedBy?: (string | null)[] | undefined };

const FAVOURITE = 1;
const MISSING = 2;
const FOREIGN = 4;

/** The photo in one place of the columns. */
export function itemAt(columns: Columns, i: number): Item {
  return {
    id: columns.id[i]!,
    kind: columns.kind[i]!,
    state: columns.state[i]!,
    name: displayName(columns.name[i]!),
    localAt: columns.localAt[i]!,
    durationMs: columns.durationMs[i] ?? null,
    thumbhash: columns.thumbhash[i] ?? null,
    thumb: columns.thumb[i] ?? null,
    favourite: (columns.flags[i]! & FAVOURITE) !== 0,
    missing: (columns.flags[i]! & MISSING) !== 0,
    foreign: (columns.flags[i]! & FOREIGN) !== 0,
    addedBy: columns.addedBy?.[i] ?? null,
  };
}
