export { geometry } from "./geometry.ts";
export { get, type View } from "./get.ts";
export { items } from "./items.ts";
export { keep } from "./keep.ts";
export { open, type Collection, type Opened } from "./open.ts";
export { download, downloads, type Downloads, original, type Saved, type Unsaved } from "./save.ts";
export { first, savable, summary, type Savable } from "./summary.ts";
