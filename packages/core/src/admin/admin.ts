export { cost, type Cost, monthCost, type MonthCost } from "./cost.ts";
export { deadJobs, discard, retry, type DeadJob, type DeadPage } from "./dead.ts";
export { noteMessage } from "./hook.ts";
export { health, type Health } from "./health.ts";
export { jobs, type KindOfJobs } from "./jobs.ts";
export { originals, type Originals } from "./originals.ts";
export { refusedFiles, type RefusedFile, type RefusedPage } from "./refused.ts";
export { checkStorage, knownFiles, storage, sweepStorage, type Asked, type StorageFacts } from "./storage.ts";
export { uploads } from "./uploads.ts";
