import { and, desc, eq, gt } from "drizzle-orm";
import type { Geometry } from "#geometry";
import { allow, AppError, userOf, type Ctx } from "#kernel";
import { timelineChunk, timelineHead } from "./timeline.sql.ts";

const chunkColumns = {
  month: timelineChunk.month,
  revision: timelineChunk.revision,
  count: timelineChunk.count,
  days: timelineChunk.days,
  ratios: timelineChunk.ratios,
};

/** A state of a timeline. Revisions of different epochs have nothing to do with each other, save 0: it is empty in all of them. */
export type Head = { epoch: string; revision: number };

/** The state before anything was ever shown. */
export const NOTHING_SHOWN: Head = { epoch: "0", revision: 0 };

/** The newest state of the actor's timeline; `known` is it already, where it was read together with who the actor is. */
export async function head(ctx: Ctx, known?: Head): Promise<Head> {
  allow(ctx, "timeline.read", { ownerId: userOf(ctx) });
  if (known) return known;
  const ownerId = userOf(ctx);
  const { epoch, revision } = timelineHead;
  const [row] = await ctx.db.select({ epoch, revision }).from(timelineHead).where(eq(timelineHead.ownerId, ownerId));
  return row ?? NOTHING_SHOWN;
}

/**
 * The actor's whole timeline as it was last packed. The revision is read first: should a month be packed in between, it comes newer than
 * the revision says, and the next `changes` brings it once more.
 */
export async function geometry(ctx: Ctx, known?: Head): Promise<Geometry> {
  allow(ctx, "timeline.read", { ownerId: userOf(ctx) });
  const ownerId = userOf(ctx);
  const { revision } = await head(ctx, known);
  const chunks = await ctx.db
    .select(chunkColumns)
    .from(timelineChunk)
    .where(and(eq(timelineChunk.ownerId, ownerId), gt(timelineChunk.count, 0)))
    .orderBy(desc(timelineChunk.month));
  return { revision, chunks };
}

/**
 * The months that changed after `since`; an empty one has count 0. Throws `stale` when `since` is newer than anything here (the database was
 * restored) or of another epoch (another account, or another database): the client then loads the whole geometry.
 */
export async function changes(ctx: Ctx, since: Head, known?: Head): Promise<Head & Geometry> {
  allow(ctx, "timeline.read", { ownerId: userOf(ctx) });
  const ownerId = userOf(ctx);
  const { epoch, revision } = await head(ctx, known);
  const isForeign = since.revision > 0 && since.epoch !== epoch;
  if (isForeign || since.revision > revision) throw new AppError("stale", "This timeline is not that of the library. Load it again.");
  if (since.revision === revision) return { epoch, revision, chunks: [] };
  const chunks = await ctx.db
    .select(chunkColumns)
    .from(timelineChunk)
    .where(and(eq(timelineChunk.ownerId, ownerId), gt(timelineChunk.revision, since.revision)))
    .orderBy(desc(timelineChunk.month));
  return { epoch, revision, chunks };
}
