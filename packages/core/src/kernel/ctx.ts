import type { ObjectStore } from "#storage";
import type { Database } from "./database.ts";
import type { Queue } from "./queue.ts";

/** A structured log: one event name and flat fields. Implementations never write secrets or query strings of signed URLs. */
export type Log = {
  debug(event: string, fields?: Record<string, unknown>): void;
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
  /** The same log with these fields on every line, for example `{ request: id }`. */
  with(fields: Record<string, unknown>): Log;
};

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

/** Runs `work` in one transaction: what its ctx writes, and the jobs that it enqueues, come into being together or not at all. */
export function transact<C extends Pick<Ctx, "db" | "queue">, T>(ctx: C, work: (ctx: C) => Promise<T>): Promise<T> {
  return ctx.db.tx((db) => work({ ...ctx, db, queue: ctx.queue.within(db) }));
}
