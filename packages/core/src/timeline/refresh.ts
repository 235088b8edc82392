import { and, desc, eq, gte, lt, sql } from "drizzle-orm";
import { isIn } from "#asset";
import { asset } from "#asset/table";
import { joinBytes, packDays, packRatios } from "#geometry";
import { allow, type Ctx } from "#kernel";
import { ID_BYTES, monthStart } from "./month.ts";
import { timelineChunk, timelineHead } from "./timeline.sql.ts";

/** Months packed in one transaction, so that a whole library to pack does not keep others waiting. */
const BATCH = 12;

type Packed = { count: number; days: Uint8Array; ratios: Uint8Array; ids: Uint8Array };

/**
 * Packs the owner's changed months, newest first, and moves the revision on for each dozen of them. Returns how many months were packed.
 * An asset that is committed meanwhile leaves its month dirty: the month's row is locked before it is read, and `touch` waits for it.
 */
export async function refresh(ctx: Ctx, ownerId: string): Promise<number> {
  allow(ctx, "ingest.run", { ownerId });
  let months = 0;
  for (;;) {
    const packed = await ctx.db.tx((db) => packBatch({ ...ctx, db }, ownerId));
    months += packed;
    if (packed < BATCH) return months;
  }
}

async function packBatch(ctx: Ctx, ownerId: string): Promise<number> {
  const refreshedAt = ctx.now();
  // Taken first, this row makes refreshes of one owner wait for each other.
  const [head] = await ctx.db
    .insert(timelineHead)
    .values({ ownerId, revision: 0, refreshedAt })
    .onConflictDoUpdate({ target: timelineHead.ownerId, set: { refreshedAt } })
    .returning({ revision: timelineHead.revision });
  const dirty = await ctx.db
    .select({ month: timelineChunk.month })
    .from(timelineChunk)
    .where(and(eq(timelineChunk.ownerId, ownerId), eq(timelineChunk.dirty, true)))
    .orderBy(desc(timelineChunk.month))
    .limit(BATCH)
    .for("update");
  if (dirty.length === 0) return 0;
  const revision = (head?.revision ?? 0) + 1;
  for (const { month } of dirty) {
    const packed = await pack(ctx, ownerId, month);
    await ctx.db
      .update(timelineChunk)
      .set({ ...packed, revision, dirty: false })
      .where(and(eq(timelineChunk.ownerId, ownerId), eq(timelineChunk.month, month)));
  }
  await ctx.db.update(timelineHead).set({ revision }).where(eq(timelineHead.ownerId, ownerId));
  return dirty.length;
}

/** A month as it is now. Postgres puts ids and sizes together, so that a month of 70,000 comes as one row a day. */
async function pack(ctx: Ctx, ownerId: string, month: number): Promise<Packed> {
  const order = sql`order by ${asset.localAt} desc, ${asset.id} desc`;
  const size = sql`int4send(coalesce(${asset.width}, 0)) || int4send(coalesce(${asset.height}, 0))`;
  const day = sql<number>`extract(day from ${asset.localAt})::int`;
  const rows = await ctx.db
    .select({
      day,
      ids: sql<Uint8Array>`string_agg(uuid_send(${asset.id}), ''::bytea ${order})`.mapWith(timelineChunk.ids),
      sizes: sql<Uint8Array>`string_agg(${size}, ''::bytea ${order})`.mapWith(timelineChunk.ids),
    })
    .from(asset)
    .where(
      and(eq(asset.ownerId, ownerId), gte(asset.localAt, monthStart(month)), lt(asset.localAt, monthStart(month + 1)), isIn("timeline")),
    )
    .groupBy(day)
    .orderBy(desc(day));
  const ids = joinBytes(rows.map((row) => row.ids));
  return {
    count: ids.length / ID_BYTES,
    days: packDays(rows.map((row) => [row.day, row.ids.length / ID_BYTES])),
    ratios: joinBytes(rows.map((row) => packRatios(row.sizes))),
    ids,
  };
}
