export { empty, expire, nextExpiry, purgeJob, remove } from "./doom.ts";
export { purge } from "./purge.ts";
