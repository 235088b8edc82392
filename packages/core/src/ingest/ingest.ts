export { hints, type StoreEvent } from "./event.ts";
export { run, type Outcome, type RunInput } from "./run.ts";
export { sweep, type Swept } from "./sweep.ts";
