export { abort, arrivalJob, complete, type SentPart } from "./complete.ts";
export { commit, displace, expected, fail, failRefused, refuse, type Expected } from "./expected.ts";
export { dropStale, type Dropped, expire, nextExpiry } from "./expire.ts";
export { LIVING, type UploadRow } from "./life.ts";
export { signParts } from "./parts.ts";
export { begin, identity, plan, take, type Planned } from "./plan.ts";
export { MAX_FILES, PLACE_TAKEN, refusal, type NewFile } from "./rules.ts";
export { status, view, type Status, type View } from "./status.ts";
