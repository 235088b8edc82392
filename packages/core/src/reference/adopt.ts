import { and, eq } from "drizzle-orm";
import { ingestJob } from "#asset";
import { asset } from "#asset/table";
import { allow, transact, undefinedWhen, type Ctx } from "#kernel";
import { headOf, isThere } from "#storage";
import * as Timeline from "#timeline";

type AssetRow = typeof asset.$inferSelect;

const GONE = "Its original was deleted before it could be copied.";

/**
 * Copies the bytes of a reference to where they are its owner's own. Ingest then reads them there, holds them against the hash, makes the pictures,
 * and
 * ends the reference: only then may the source go. Idempotent, and right after a kill at any point; throws what the store throws.
 */
export async function adopt(ctx: Ctx, assetId: string): Promise<void> {
  allow(ctx, "ingest.run");
  const [row] = await ctx.db.select().from(asset).where(eq(asset.id, assetId));
  if (!row || row.sourceKey === null || row.purgedAt !== null) return;
  if (!(await isThere(ctx.store, row.key))) {
    const head = await headOf(ctx.store, row.sourceKey);
    // What is not what it was is looked at by ingest first, and the reference told.
    if (!head) return lose(ctx, row);
    const made = await ctx.store.copy(row.sourceKey, row.key, { etag: head.etag, ifNoneMatch: true }).catch(undefinedWhen("conflict"));
    if (made && (await isDeleted(ctx, row))) return takeBack(ctx, row, made);
  }
  await ctx.queue.enqueue([ingestJob(row.key)]);
}

/** Its owner has deleted it for good while it was copied. */
async function isDeleted(ctx: Ctx, { id }: AssetRow): Promise<boolean> {
  return (await ctx.db.select({ id: asset.id }).from(asset).where(eq(asset.id, id))).length === 0;
}

/** Removes a copy that nobody wants any more, lest it come back as a photo of its own. */
async function takeBack(ctx: Ctx, { key, size }: AssetRow, { etag }: { etag: string }): Promise<void> {
  allow(ctx, "ingest.run");
  const [taken] = await ctx.db.select({ id: asset.id }).from(asset).where(eq(asset.key, key));
  const head = taken ? undefined : await headOf(ctx.store, key);
  if (head?.etag === etag && head.size === size) await ctx.store.removeSame(head);
}

/** The bytes are gone for good: the reference says so, and holds up nobody. */
async function lose(ctx: Ctx, row: AssetRow): Promise<void> {
  allow(ctx, "ingest.run");
  ctx.log.error("reference.lost", { asset: row.id, key: row.sourceKey });
  await transact(ctx, async (inside) => {
    await inside.db
      .update(asset)
      .set({
        state: "unprocessable",
        missing: true,
        reason: GONE,
        sourceId: null,
        sourceKey: null,
        derivedVersion: null,
        updatedAt: ctx.now(),
      })
      .where(and(eq(asset.id, row.id), eq(asset.sourceKey, row.sourceKey ?? "")));
    await Timeline.touch(inside, row.ownerId, [row.localAt]);
  });
}
