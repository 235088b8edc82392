export { changes, geometry, head, NOTHING_SHOWN, type Head } from "./geometry.ts";
export { items, type Items, type Range } from "./items.ts";
export { locate, type Place } from "./locate.ts";
export { monthOf } from "./month.ts";
export { refresh } from "./refresh.ts";
export { selected, type Selection } from "./selection.ts";
export { shownFrom } from "./shown.ts";
export { refreshJob, remind, touch } from "./touch.ts";
