export { downloads, original, type Download, type Undownloadable } from "./downloads.ts";
export { get, originalKey, type Detail } from "./get.ts";
export {
  aboutColumns,
  appendItem,
  derivedUrl,
  itemColumns,
  MAX_ITEMS,
  noItems,
  signed,
  type About,
  type Discretion,
  type ItemColumns,
  type ItemRow,
  type Whose,
} from "./item.ts";
export { ingestJob } from "./job.ts";
export { binOf, HIDDEN, isIn, isTile, SHOWN, type Place } from "./place.ts";
export { displayName, isInline } from "./show.ts";
export { totals } from "./totals.ts";
export type { AssetKind, AssetState, Exif, Provenance } from "./kind.ts";
