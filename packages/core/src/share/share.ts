export { createDirect, expire, listDirect, type DirectLink } from "./direct.ts";
export { create, expireSelections, revoke, update, type LinkChange, type NewLink, type Shared } from "./link.ts";
export { list, type LinkView } from "./list.ts";
export { find, openLink, type Found, type Shown } from "./open.ts";
export type { Options } from "./rules.ts";
export { sentThrough } from "./sent.ts";
export { countView, ESTIMATE, spend, spendOnPage } from "./spend.ts";
export { unlock } from "./unlock.ts";
