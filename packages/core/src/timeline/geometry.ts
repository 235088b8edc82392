import { and, desc, eq, gt } from "drizzle-orm";
import type { Geometry } from "#geometry";
import { AppError, userOf, type Ctx } from "#kernel";
import { timelineChunk, timelineHead } from "./timeline.sql.ts";

const chunkColumns = {
  month: timelineChunk.month,
  revision: timelineChunk.revision,
  count: timelineChunk.count,
  days: timelineChunk.days,
  ratios: timelineChunk.ratios,
};

/** The newest revision of the actor's timeline; 0 before anything was ever shown. */
export async function revision(ctx: Ctx): Promise<number> {
  const ownerId = userOf(ctx);
  const [head] = await ctx.db.select({ revision: timelineHead.revision }).from(timelineHead).where(eq(timelineHead.ownerId, ownerId));
  return head?.revision ?? 0;
}

/**
 * The actor's whole timeline as it was last packed. The revision is read first: should a month be packed in between, it comes newer than
 * the revision says, and the next `changes` brings it once more.
 */
export async function geometry(ctx: Ctx): Promise<Geometry> {
  const ownerId = userOf(ctx);
  const newest = await revision(ctx);
  const chunks = await ctx.db
    .select(chunkColumns)
    .from(timelineChunk)
    .where(and(eq(timelineChunk.ownerId, ownerId), gt(timelineChunk.count, 0)))
    .orderBy(desc(timelineChunk.month));
  return { revision: newest, chunks };
}

/**
 * The months that changed after revision `since`; an empty one has count 0. Throws `stale` when `since` is newer than anything here
 * (the database was restored): the client then loads the whole geometry.
 */
export async function changes(ctx: Ctx, since: number): Promise<Geometry> {
  const ownerId = userOf(ctx);
  const newest = await revision(ctx);
  if (since > newest) throw new AppError("stale", "This timeline is newer than the library. Load it again.");
  if (since === newest) return { revision: newest, chunks: [] };
  const chunks = await ctx.db
    .select(chunkColumns)
    .from(timelineChunk)
    .where(and(eq(timelineChunk.ownerId, ownerId), gt(timelineChunk.revision, since)))
    .orderBy(desc(timelineChunk.month));
  return { revision: newest, chunks };
}
