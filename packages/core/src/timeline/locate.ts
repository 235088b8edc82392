import { and, eq, sql } from "drizzle-orm";
import { asset } from "#asset/table";
import { allow, AppError, userOf, type Ctx } from "#kernel";
import { ID_BYTES, monthOf } from "./month.ts";
import { timelineChunk } from "./timeline.sql.ts";

/** Where an asset is: its month, the revision of that month's chunk, and its number in it. */
export type Place = { month: number; revision: number; index: number };

/** The place of the actor's asset with this id. Throws `not_found`, also while the asset is not in the timeline yet. */
export async function locate(ctx: Ctx, id: string): Promise<Place> {
  allow(ctx, "timeline.read", { ownerId: userOf(ctx) });
  const ownerId = userOf(ctx);
  const [found] = await ctx.db
    .select({ localAt: asset.localAt })
    .from(asset)
    .where(and(eq(asset.id, id), eq(asset.ownerId, ownerId)));
  if (!found) throw missing();
  const month = monthOf(found.localAt);
  const [chunk] = await ctx.db
    .select({ revision: timelineChunk.revision, at: sql<number>`position(uuid_send(${id}::uuid) in ${timelineChunk.ids})` })
    .from(timelineChunk)
    .where(and(eq(timelineChunk.ownerId, ownerId), eq(timelineChunk.month, month)));
  const index = ((chunk?.at ?? 0) - 1) / ID_BYTES;
  if (!chunk || !Number.isInteger(index) || index < 0) throw missing();
  return { month, revision: chunk.revision, index };
}

function missing(): AppError {
  return new AppError("not_found", "There is no photo with this id in the timeline.");
}
