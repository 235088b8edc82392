export { deadJobs, discard, retry, type DeadJob, type DeadPage } from "./dead.ts";
export { jobs, type KindOfJobs } from "./jobs.ts";
export { originals, type Originals } from "./originals.ts";
