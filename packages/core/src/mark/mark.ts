export { mark } from "./apply.ts";
export type { Change } from "./change.ts";
export { recover } from "./recover.ts";
export { expire, undo } from "./undo.ts";
