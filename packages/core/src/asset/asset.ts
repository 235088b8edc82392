export { downloads, type Download } from "./downloads.ts";
export { get, type Detail } from "./get.ts";
export { ingestJob } from "./job.ts";
export { displayName, isInline } from "./show.ts";
export { totals } from "./totals.ts";
export type { AssetKind, AssetState, Exif, Provenance } from "./kind.ts";
