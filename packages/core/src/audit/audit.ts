export { ACTIONS } from "./audit.sql.ts";
export { expire } from "./expire.ts";
export { list } from "./list.ts";
export { note } from "./note.ts";
export type { Action } from "./audit.sql.ts";
