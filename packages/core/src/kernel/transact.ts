import type { Ctx } from "./ctx.ts";

/** Runs `work` in one transaction: what its ctx writes, and the jobs that it enqueues, come into being together or not at all. */
export function transact<T>(ctx: Ctx, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  return ctx.db.tx((db) => work({ ...ctx, db, queue: ctx.queue.within(db) }));
}
