export { end, endOthers } from "./end.ts";
export { find, type Found } from "./find.ts";
export { list } from "./list.ts";
export { begin, lock, unlock } from "./unlock.ts";
