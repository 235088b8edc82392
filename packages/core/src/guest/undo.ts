import { and, eq, isNull, sql, type SQL } from "drizzle-orm";
import * as Album from "#album";
import { albumItem } from "#album/table";
import { asset } from "#asset/table";
import * as Audit from "#audit";
import { allow, isUnlocked, newId, transact, userOf, type Ctx } from "#kernel";
import * as Mark from "#mark";
import { undo as undoTable } from "#mark/table";
import * as Timeline from "#timeline";
import { guestOffer } from "./guest.sql.ts";

/**
 * A photo that waited and was decided on. `came`: it was not in the album before. `heldBy`: the link that it came by, where it was its owner's
 * only by this decision or went into the bin by it; else null.
 */
type Decided = { id: string; accept: boolean; came: boolean; heldBy: string | null; guestName: string | null; sentAt: Date };
type Was = Omit<Decided, "id" | "sentAt"> & { sentAt: string };

/** Lets the actor undo by `token` what they have just decided. Call it with the ctx of a transaction. */
export async function noteDecided(ctx: Ctx, albumId: string, decided: readonly Decided[], token: string): Promise<void> {
  allow(ctx, "asset.write", { ownerId: userOf(ctx) });
  const at = ctx.now();
  const ids = decided.map(({ id }) => id);
  const before = decided.map(({ accept, came, heldBy, guestName, sentAt }) => JSON.stringify({ accept, came, heldBy, guestName, sentAt }));
  await ctx.db
    .insert(undoTable)
    .values({ id: newId(at.getTime()), ownerId: userOf(ctx), token, at, field: "offer", after: albumId, ids, before });
}

/**
 * Lets wait again at an album, as it waited, what the actor decided on with this token; what was changed since stays as it is: what goes for good,
 * lies in
 * another place or another album than it came to, or was decided on anew. Returns how many wait again; none for a token that was used, or is
 * forgotten. Throws as `held` does.
 */
export async function undo(ctx: Ctx, albumId: string, token: string): Promise<number> {
  allow(ctx, "asset.write", { ownerId: userOf(ctx) });
  const now = ctx.now();
  return transact(ctx, async (inside) => {
    const { ownerId } = (await Album.getLocked(inside, albumId, "album.own")).target;
    const which = and(eq(undoTable.token, token), eq(undoTable.field, "offer"), eq(undoTable.after, albumId));
    const rows = await unchanged(inside, ownerId, albumId, which);
    await Mark.forget(inside, which);
    if (rows.length === 0) return 0;
    const came = rows.filter(({ was }) => was.came).map(({ id }) => id);
    await Album.withdraw(inside, albumId, came);
    const all = sql`jsonb_to_recordset(${JSON.stringify(rows.map(({ id, was }) => ({ id, ...was })))}::jsonb)
      as was (id uuid, "heldBy" uuid, "guestName" text, "sentAt" timestamptz)`;
    await inside.db.execute(sql`
      update ${asset} a set held_by = was."heldBy", trashed_at = null, updated_at = ${now.toISOString()}::timestamptz
      from ${all} where a.id = was.id and was."heldBy" is not null`);
    await inside.db.execute(sql`
      insert into ${guestOffer} (album_id, asset_id, guest_name, sent_at)
      select ${albumId}::uuid, was.id, was."guestName", was."sentAt" from ${all} on conflict do nothing`);
    const months = rows.map(({ localAt }) => localAt);
    await Timeline.touch(inside, ownerId, months);
    await Audit.note(inside, { ownerId, action: "guest.undo", details: { photos: rows.length } });
    return rows.length;
  });
}

/**
 * What was decided on and is as that left it, kept so until the transaction ends; not what is locked, for somebody who has not shown who they are.
 */
async function unchanged(ctx: Ctx, ownerId: string, albumId: string, which: SQL | undefined) {
  const noted = ctx.db
    .select({
      photo: sql<string>`unnest(${undoTable.ids})`.as("photo"),
      was: sql<Was>`unnest(${undoTable.before})::jsonb`.as("was"),
      at: undoTable.at,
    })
    .from(undoTable)
    .where(and(eq(undoTable.ownerId, userOf(ctx)), which))
    .as("noted");
  const { was, at } = noted;
  const accepted = sql`(${was} -> 'accept')::boolean`;
  const came = sql`(${was} -> 'came')::boolean`;
  const wasHeld = sql`${was} ->> 'heldBy' is not null`;
  const here = sql`exists (select from ${albumItem} i where i.album_id = ${albumId}::uuid and i.asset_id = ${asset.id}
    and (not ${came} or i.added_at = ${at}))`;
  const elsewhere = sql`exists (select from ${albumItem} i where i.album_id <> ${albumId}::uuid and i.asset_id = ${asset.id} and i.added_at > ${at})`;
  const waits = sql`exists (select from ${guestOffer} o where o.album_id = ${albumId}::uuid and o.asset_id = ${asset.id})`;
  const isMoved = sql`coalesce(greatest(${asset.archivedAt}, ${asset.lockedAt}) > ${at}, false)`;
  return ctx.db
    .select({ id: asset.id, localAt: asset.localAt, was })
    .from(asset)
    .innerJoin(noted, eq(noted.photo, asset.id))
    .where(
      and(
        eq(asset.ownerId, ownerId),
        isNull(asset.purgedAt),
        isUnlocked(ctx) ? undefined : isNull(asset.lockedAt),
        sql`case
          when ${accepted} then ${asset.heldBy} is null and ${asset.trashedAt} is null and ${here} and (not ${wasHeld} or not (${isMoved} or ${elsewhere}))
          when ${wasHeld} then ${asset.heldBy} is null and ${asset.trashedAt} = ${at} and not ${isMoved}
          else ${asset.trashedAt} is null and not ${waits} and (${asset.heldBy} is not null or not ${here}) end`,
      ),
    )
    .orderBy(asset.id)
    .for("no key update", { of: asset });
}
