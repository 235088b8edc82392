import { eq } from "drizzle-orm";
import { allow, type Ctx, type NewJob } from "#kernel";
import { monthOf } from "./month.ts";
import { timelineChunk, timelineHead } from "./timeline.sql.ts";

/** While assets keep coming in, the timeline is packed at most this often. */
export const REFRESH_EVERY_MS = 1_000;

const NOTHING = new Uint8Array();

/**
 * Marks the months of these wall clocks as changed. Call it in the transaction that changes the assets, with the old and the new times, and
 * enqueue the job that it returns once that is committed: a refresh that runs before would not see the change.
 */
export async function touch(ctx: Ctx, ownerId: string, localAts: readonly string[]): Promise<NewJob> {
  allow(ctx, "asset.write", { ownerId });
  // Always in the same order, newest first, as `refresh` locks them: two transactions must not wait for each other.
  const months = [...new Set(localAts.map(monthOf))].sort((a, b) => b - a);
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
  return refreshJob(ctx, ownerId);
}

/** The job that packs an owner's changed months: at once after a pause, else `REFRESH_EVERY_MS` after the last time. */
export async function refreshJob(ctx: Ctx, ownerId: string): Promise<NewJob> {
  const [head] = await ctx.db.select({ refreshedAt: timelineHead.refreshedAt }).from(timelineHead).where(eq(timelineHead.ownerId, ownerId));
  const runAt = new Date(Math.max(ctx.now().getTime(), (head?.refreshedAt.getTime() ?? 0) + REFRESH_EVERY_MS));
  return { kind: "timeline", payload: { ownerId }, dedupe: ownerId, runAt };
}

/** Refresh jobs for every owner with changed months: for the sweep, after a crash between a commit and its enqueue. */
export async function stale(ctx: Ctx): Promise<NewJob[]> {
  allow(ctx, "ingest.run");
  const rows = await ctx.db.selectDistinct({ ownerId: timelineChunk.ownerId }).from(timelineChunk).where(eq(timelineChunk.dirty, true));
  return rows.map(({ ownerId }) => ({ kind: "timeline", payload: { ownerId }, dedupe: ownerId }));
}
