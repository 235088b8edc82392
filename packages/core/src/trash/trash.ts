export { empty, expire, purgeJob, remove } from "./doom.ts";
export { purge } from "./purge.ts";
