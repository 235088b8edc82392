export { dismiss, removeAlbum } from "./album.ts";
export { bring, type Sender } from "./bring.ts";
export { decide, held, type Held, waiting } from "./held.ts";
export { NO_PICTURE, refusal } from "./rules.ts";
export { complete, end, plan, sent, type Sent } from "./send.ts";
export { undo } from "./undo.ts";
