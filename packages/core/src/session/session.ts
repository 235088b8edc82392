export { end, endOthers } from "./end.ts";
export { list } from "./list.ts";
export { begin, lock, unlock } from "./unlock.ts";
