import { and, eq, inArray, isNotNull, isNull, notExists, notInArray, or, sql, type SQL } from "drizzle-orm";
import * as Album from "#album";
import { albumItem } from "#album/table";
import { isTile } from "#asset";
import { asset } from "#asset/table";
import * as Audit from "#audit";
import { isAnyOf } from "#columns";
import { allow, isUnlocked, transact, userOf, type Ctx } from "#kernel";
import * as Timeline from "#timeline";
import { guestOffer } from "./guest.sql.ts";
import { noteDecided } from "./undo.ts";

/** What guests have sent to an album of the actor's and waits for a word: what is shown to them, so nothing that is not read yet. */
export type Held = { id: string; guestName: string | null; name: string; isVideo: boolean; sentAt: string };

/** What waits at an album, oldest first. Throws `not_found` and `forbidden` for what is not the actor's own. */
export async function held(ctx: Ctx, albumId: string): Promise<Held[]> {
  const { target } = await Album.getVisible(ctx, albumId, "album.own");
  const rows = await ctx.db
    .select({ id: asset.id, guestName: guestOffer.guestName, name: asset.name, kind: asset.kind, sentAt: guestOffer.sentAt })
    .from(guestOffer)
    .innerJoin(asset, eq(asset.id, guestOffer.assetId))
    .where(and(isTile(), waits(ctx, target.ownerId, albumId)))
    .orderBy(guestOffer.sentAt, asset.id);
  return rows.map(({ kind, sentAt, ...row }) => ({ ...row, isVideo: kind === "video", sentAt: sentAt.toISOString() }));
}

/** The ids of what waits at any album of the actor's, whether it was theirs before or not, as a query. */
export function waiting(ctx: Ctx) {
  return ctx.db
    .select({ id: guestOffer.assetId })
    .from(guestOffer)
    .innerJoin(asset, eq(asset.id, guestOffer.assetId))
    .where(waits(ctx, userOf(ctx)));
}

/**
 * Takes what waits into the album and the library, or puts it into the bin; what the owner had before stays where it is. By `token`, an id of the
 * caller's choice that several calls may share, `undo` undoes it for a day. Gives how many there were. Throws as `held` does.
 */
export async function decide(ctx: Ctx, albumId: string, ids: readonly string[], accept: boolean, token?: string): Promise<number> {
  allow(ctx, "asset.write", { ownerId: userOf(ctx) });
  const now = ctx.now();
  // All of it happens at one time, by which it is known again.
  return transact({ ...ctx, now: () => now }, async (inside) => {
    const { target } = await Album.getLocked(inside, albumId, "album.own");
    const { ownerId } = target;
    const { db } = inside;
    const { guestName, sentAt } = guestOffer;
    const rows = await db
      .select({ id: asset.id, localAt: asset.localAt, heldBy: asset.heldBy, guestName, sentAt })
      .from(guestOffer)
      .innerJoin(asset, eq(asset.id, guestOffer.assetId))
      .where(and(waits(inside, ownerId, albumId), isAnyOf(asset.id, ids)))
      .orderBy(asset.id)
      .for("no key update");
    if (rows.length === 0) return 0;
    const decided = rows.map(({ id }) => id);
    await db.delete(guestOffer).where(and(eq(guestOffer.albumId, albumId), inArray(guestOffer.assetId, decided)));
    // What waits at another album as well goes on waiting there.
    const elsewhere = db.select({ id: guestOffer.assetId }).from(guestOffer).where(inArray(guestOffer.assetId, decided));
    const changed = await db
      .update(asset)
      .set({ heldBy: null, ...(!accept && { trashedAt: now }), updatedAt: now })
      .where(and(inArray(asset.id, decided), isNotNull(asset.heldBy), accept ? undefined : notInArray(asset.id, elsewhere)))
      .returning({ id: asset.id });
    const came = accept ? await Album.append(inside, albumId, decided, ownerId) : [];
    if (token !== undefined) {
      const [isChanged, isNew] = [new Set(changed.map(({ id }) => id)), new Set(came)];
      const was = rows.map(({ id, heldBy, ...offer }) => ({
        id,
        accept,
        came: isNew.has(id),
        heldBy: isChanged.has(id) ? heldBy : null,
        ...offer,
      }));
      await noteDecided(inside, albumId, was, token);
    }
    await Timeline.touch(
      inside,
      ownerId,
      rows.map(({ localAt }) => localAt),
    );
    await Audit.note(inside, { ownerId, action: accept ? "guest.accept" : "guest.decline", details: { photos: rows.length } });
    return rows.length;
  });
}

/**
 * What waits at an album, or at any: neither what lies in the bin or goes for good, nor what the owner has put into the album themselves meanwhile,
 * nor, for somebody who
 * has not shown who they are, what is locked.
 */
function waits(ctx: Pick<Ctx, "actor" | "db">, ownerId: string, albumId?: string): SQL | undefined {
  const inAlbum = ctx.db
    .select({ one: sql`1` })
    .from(albumItem)
    .where(and(eq(albumItem.albumId, guestOffer.albumId), eq(albumItem.assetId, asset.id)));
  return and(
    albumId === undefined ? undefined : eq(guestOffer.albumId, albumId),
    eq(asset.ownerId, ownerId),
    isNull(asset.trashedAt),
    isNull(asset.purgedAt),
    isUnlocked(ctx) ? undefined : isNull(asset.lockedAt),
    or(isNotNull(asset.heldBy), notExists(inAlbum)),
  );
}
