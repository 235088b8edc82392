export { abort, complete, type SentPart } from "./complete.ts";
export { commit, expected, fail, failRefused, refuse, type Expected } from "./expected.ts";
export { expire } from "./expire.ts";
export { signParts } from "./parts.ts";
export { plan, type Planned } from "./plan.ts";
export { MAX_FILES, PLACE_TAKEN, type NewFile } from "./rules.ts";
export { status, view, type Status, type View } from "./status.ts";
