export { type Hint, hints, type StoreEvent } from "./event.ts";
export { endTrial, forget, noteTrial, type Trial, writeLedger } from "./ledger.ts";
export { readHashed, release, type Hashed } from "./object.ts";
export { mismatch } from "./origin.ts";
export { hasMoved, run, runCopied, type Outcome, type RunInput } from "./run.ts";
export { recover } from "./verify.ts";
export { sweep, sweepProgress, type Swept } from "./sweep.ts";
export { keep } from "./verify.ts";
