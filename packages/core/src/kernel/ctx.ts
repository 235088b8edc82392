import type { ObjectStore } from "#storage";
import type { Database } from "./database.ts";
import type { Log } from "./log.ts";
import type { Queue } from "./queue.ts";

/** Who acts. `system` is our own jobs; it is never built from a request. */
export type Actor = { kind: "anonymous" } | { kind: "user"; userId: string; role: "owner" | "member" } | { kind: "system" };

/** Everything a verb needs from outside, passed openly. */
export type Ctx = {
  actor: Actor;
  db: Database;
  store: ObjectStore;
  queue: Queue;
  now: () => Date;
  log: Log;
};
