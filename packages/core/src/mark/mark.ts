export { mark } from "./apply.ts";
export type { Change } from "./change.ts";
export { recover } from "./recover.ts";
export { expire, forget, noteAdded, undo } from "./undo.ts";
