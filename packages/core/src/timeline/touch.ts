import { eq } from "drizzle-orm";
import { allow, type Ctx, type NewJob } from "#kernel";
import { monthOf } from "./month.ts";
import { timelineChunk, timelineHead } from "./timeline.sql.ts";

/** While assets keep coming in, the timeline is packed at most this often. */
export const REFRESH_EVERY_MS = 1_000;

const NOTHING = new Uint8Array();

/**
 * Marks the months of these wall clocks as changed and enqueues their packing. Call it with the ctx of the transaction (`transact`) that
 * changes the assets, and with the old and the new times.
 */
export async function touch(ctx: Ctx, ownerId: string, localAts: readonly string[]): Promise<void> {
  allow(ctx, "asset.write", { ownerId });
  // Always in the same order, newest first, as `refresh` locks them: two transactions must not wait for each other.
  const months = [...new Set(localAts.map(monthOf))].toSorted((a, b) => b - a);
  const rows = months.map((month) => ({
    ownerId,
    month,
    revision: 0,
    dirty: true,
    count: 0,
    days: NOTHING,
    ratios: NOTHING,
    ids: NOTHING,
  }));
  if (rows.length > 0) {
    await ctx.db
      .insert(timelineChunk)
      .values(rows)
      .onConflictDoUpdate({ target: [timelineChunk.ownerId, timelineChunk.month], set: { dirty: true } });
  }
  await ctx.queue.enqueue([await refreshJob(ctx, ownerId)]);
}

/** The job that packs an owner's changed months: at once after a pause, else `REFRESH_EVERY_MS` after the last time. */
export async function refreshJob(ctx: Ctx, ownerId: string): Promise<NewJob & { runAt: Date }> {
  const [head] = await ctx.db.select({ refreshedAt: timelineHead.refreshedAt }).from(timelineHead).where(eq(timelineHead.ownerId, ownerId));
  return jobAfter(ctx, ownerId, head?.refreshedAt);
}

/**
 * Asks again for the refresh of every timeline with changed months, and returns how many those are: a job can be lost or dead, the mark on the
 * month stays. Costs one indexed query when there are none.
 */
export async function remind(ctx: Ctx): Promise<number> {
  allow(ctx, "ingest.run");
  const dirty = await ctx.db
    .selectDistinct({ ownerId: timelineChunk.ownerId, refreshedAt: timelineHead.refreshedAt })
    .from(timelineChunk)
    .leftJoin(timelineHead, eq(timelineHead.ownerId, timelineChunk.ownerId))
    .where(eq(timelineChunk.dirty, true));
  if (dirty.length > 0) await ctx.queue.enqueue(dirty.map(({ ownerId, refreshedAt }) => jobAfter(ctx, ownerId, refreshedAt)));
  return dirty.length;
}

function jobAfter(ctx: Ctx, ownerId: string, refreshedAt: Date | null | undefined): NewJob & { runAt: Date } {
  const now = ctx.now().getTime();
  const since = now - (refreshedAt?.getTime() ?? 0);
  // A last time that is still to come was noted on another clock: it is nothing to wait for.
  const wait = since < 0 ? 0 : Math.max(0, REFRESH_EVERY_MS - since);
  const runAt = new Date(now + wait);
  return { kind: "timeline", payload: { ownerId }, dedupe: ownerId, runAt };
}
