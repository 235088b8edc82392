export { create, edit, pick, remove, type Change, type NewAlbum } from "./edit.ts";
export { add, append, include, type Added, withdraw } from "./items.ts";
export { get, list, listOf, type Summary } from "./list.ts";
export { changeRole, leave, putOut, share } from "./member.ts";
export { move, type Move } from "./order.ts";
export { putBack, take, type Taken } from "./take.ts";
export { getLocked, getVisible, type AlbumRow, type Visible } from "./visible.ts";
