import { and, isNotNull, notExists, sql } from "drizzle-orm";
import * as Album from "#album";
import { asset } from "#asset/table";
import { allow, transact, userOf, type Ctx } from "#kernel";
import * as Timeline from "#timeline";
import { guestOffer } from "./guest.sql.ts";

/** Removes an album as `Album.remove` does; what guests have sent to it alone and waited for a word is in the bin then. */
export async function removeAlbum(ctx: Ctx, albumId: string): Promise<void> {
  allow(ctx, "album.touch", { ownerId: userOf(ctx) });
  await transact(ctx, async (inside) => {
    await Album.remove(inside, albumId);
    await dismiss({ ...inside, actor: { kind: "system" } });
  });
}

/** Puts into the bin what guests have sent and what waits at no album any more, since that was removed. Returns how many. */
export async function dismiss(ctx: Ctx): Promise<number> {
  allow(ctx, "ingest.run");
  const offers = ctx.db
    .select({ one: sql`1` })
    .from(guestOffer)
    .where(sql`${guestOffer.assetId} = ${asset.id}`);
  return transact(ctx, async (inside) => {
    const now = ctx.now();
    const trashedAt = sql`coalesce(${asset.trashedAt}, ${now.toISOString()}::timestamptz)`;
    const rows = await inside.db
      .update(asset)
      .set({ heldBy: null, trashedAt, updatedAt: now })
      .where(and(isNotNull(asset.heldBy), notExists(offers)))
      .returning({ ownerId: asset.ownerId, localAt: asset.localAt });
    for (const ownerId of new Set(rows.map((row) => row.ownerId))) {
      const own = rows.filter((row) => row.ownerId === ownerId);
      await Timeline.touch(
        inside,
        ownerId,
        own.map(({ localAt }) => localAt),
      );
    }
    return rows.length;
  });
}
