import { and, eq, isNull } from "drizzle-orm";
import { asset } from "#asset/table";
import { allow, type Ctx } from "#kernel";
import { shareLink } from "#share/table";
import * as Timeline from "#timeline";
import { guestOffer } from "./guest.sql.ts";

/** Through which link a guest sent something, and the name that they gave. */
export type Sender = { linkId: string; guestName: string | null };

/**
 * A guest sent the bytes of this asset to the album of a link, and it waits there for its owner's word. What the owner has stays what it is, and the
 * guest
 * learns nothing of it; what lies in the bin, as a new one does at first, is seen nowhere else until then. Where the album is gone it stays in the
 * bin.
 * False for what goes for good by now: it is not to be counted on. Call it with the ctx of a transaction.
 */
export async function bring(ctx: Ctx, assetId: string, { linkId, guestName }: Sender): Promise<boolean> {
  allow(ctx, "ingest.run");
  const { db } = ctx;
  // Whoever removes the album waits for this, and finds it then.
  const [link] = await db.select({ albumId: shareLink.albumId }).from(shareLink).where(eq(shareLink.id, linkId)).for("key share");
  const [row] = await db
    .select({ ownerId: asset.ownerId, localAt: asset.localAt, trashedAt: asset.trashedAt })
    .from(asset)
    .where(and(eq(asset.id, assetId), isNull(asset.purgedAt)))
    .for("no key update");
  if (!row) return false;
  if (!link) return true;
  await db.insert(guestOffer).values({ albumId: link.albumId, assetId, guestName, sentAt: ctx.now() }).onConflictDoNothing();
  if (row.trashedAt === null) return true;
  await db.update(asset).set({ trashedAt: null, heldBy: linkId, guestName, updatedAt: ctx.now() }).where(eq(asset.id, assetId));
  await Timeline.touch(ctx, row.ownerId, [row.localAt]);
  return true;
}
