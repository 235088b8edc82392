export { getVisible, type AlbumRow, type Visible } from "./visible.ts";
