import { and, eq, isNotNull, isNull, lt, min, type SQL } from "drizzle-orm";
import { binOf, isIn } from "#asset";
import { asset } from "#asset/table";
import * as Audit from "#audit";
import { isAnyOf } from "#columns";
import { allow, transact, userOf, type Ctx, type NewJob } from "#kernel";

/** How long the bin keeps what lies in it. */
export const KEPT_MS = 30 * 24 * 3_600_000;

/** The job that removes from the store what is deleted for good. */
export const purgeJob: NewJob = { kind: "purge", payload: {}, dedupe: "purge" };

/**
 * Deletes these photos of the actor's bin for good: they are seen nowhere any more at once, and their bytes go soon. Returns how many. What is not in
 * the bin, as the actor sees it, is left alone.
 */
export async function remove(ctx: Ctx, ids: readonly string[]): Promise<number> {
  allow(ctx, "asset.purge", { ownerId: userOf(ctx) });
  return doom(ctx, userOf(ctx), and(isIn(binOf(ctx)), isAnyOf(asset.id, ids)));
}

/** Deletes everything in the actor's bin for good, as they see it: what is locked only by somebody who has shown who they are. Returns how many. */
export async function empty(ctx: Ctx): Promise<number> {
  allow(ctx, "asset.purge", { ownerId: userOf(ctx) });
  return doom(ctx, userOf(ctx), isIn(binOf(ctx)));
}

/** Deletes for good what has lain in anybody's bin for longer than it is kept. Returns how many. */
export async function expire(ctx: Ctx): Promise<number> {
  allow(ctx, "ingest.run");
  const isOver = and(isNotNull(asset.trashedAt), isNull(asset.purgedAt), lt(asset.trashedAt, new Date(ctx.now().getTime() - KEPT_MS)));
  const owners = await ctx.db.selectDistinct({ ownerId: asset.ownerId }).from(asset).where(isOver);
  let total = 0;
  for (const { ownerId } of owners) total += await doom(ctx, ownerId, isOver);
  return total;
}

/** When the next of what lies in bins is to go; null when all are empty. */
export async function nextExpiry(ctx: Ctx): Promise<Date | null> {
  allow(ctx, "ingest.run");
  const [oldest] = await ctx.db
    .select({ at: min(asset.trashedAt) })
    .from(asset)
    .where(and(isNotNull(asset.trashedAt), isNull(asset.purgedAt)));
  return oldest?.at ? new Date(oldest.at.getTime() + KEPT_MS) : null;
}

async function doom(ctx: Ctx, ownerId: string, which: SQL | undefined): Promise<number> {
  allow(ctx, "asset.purge", { ownerId });
  return transact(ctx, async (inside) => {
    const rows = await inside.db
      .update(asset)
      .set({ purgedAt: ctx.now(), updatedAt: ctx.now() })
      .where(and(eq(asset.ownerId, ownerId), which))
      .returning({ id: asset.id });
    if (rows.length === 0) return 0;
    await Audit.note(inside, { ownerId, action: "asset.purge", details: { count: rows.length } });
    await inside.queue.enqueue([purgeJob]);
    return rows.length;
  });
}
