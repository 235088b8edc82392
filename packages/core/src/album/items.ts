import { and, eq, isNull, notInArray, sql } from "drizzle-orm";
import { HIDDEN } from "#asset";
import { asset } from "#asset/table";
import { idArray, isAnyOf } from "#columns";
import { allow, AppError, transact, undefinedWhen, userOf, type Ctx } from "#kernel";
import { selected, type Selection } from "#timeline";
import { album, albumItem } from "./album.sql.ts";
import { getLocked } from "./visible.ts";

/** How many came in, and how many of those asked for were there already. */
export type Added = { added: number; present: number };

/**
 * Adds photos of the actor's own to an album. What is another's, locked or in the bin is left out: throws `not_found` when that is all of it, and
 * `stale` for a selection in months that have changed.
 */
export async function add(ctx: Ctx, albumId: string, photos: Selection): Promise<Added> {
  allow(ctx, "album.touch", { ownerId: userOf(ctx) });
  return transact(ctx, async (inside) => {
    await getLocked(inside, albumId, "album.add");
    return insert(inside, albumId, await selected(inside, photos));
  });
}

/**
 * Adds them, in this order, to an album that nobody else changes meanwhile and to which the actor was just seen to be allowed to add. `permission` is
 * what they do it by. Throws `not_found` as `add` does.
 */
export async function insert(
  ctx: Ctx,
  albumId: string,
  ids: readonly string[],
  permission: "album.touch" | "share.write" = "album.touch",
): Promise<Added> {
  allow(ctx, permission, { ownerId: userOf(ctx) });
  const userId = userOf(ctx);
  const wanted = await ownOf(ctx, userId, ids);
  if (wanted.length === 0) throw new AppError("not_found", "Only photos of your own can be taken, and none that is locked or in the bin.");
  const { length: added } = await put(ctx, albumId, wanted, userId);
  return { added, present: wanted.length - added };
}

/**
 * An upload into an album is safe: called in the transaction that commits it. Who may no longer add to the album, or whose album is gone, keeps
 * the photo in their library all the same.
 */
export async function include(
  ctx: Ctx,
  { albumId, assetId, addedBy }: { albumId: string; assetId: string; addedBy: string },
): Promise<void> {
  allow(ctx, "ingest.run");
  const adder: Ctx = { ...ctx, actor: { kind: "user", userId: addedBy, role: "member" } };
  const found = await getLocked(adder, albumId, "album.add").catch(undefinedWhen("not_found", "forbidden"));
  if (found) await append(ctx, albumId, [assetId], addedBy);
}

/** Which of these the actor may put where others see them, in the order given. */
async function ownOf(ctx: Ctx, userId: string, ids: readonly string[]): Promise<string[]> {
  const mayBeSeen = [isNull(asset.lockedAt), isNull(asset.trashedAt), isNull(asset.heldBy), notInArray(asset.kind, [...HIDDEN])];
  const rows = await ctx.db
    .select({ id: asset.id })
    .from(asset)
    .where(and(eq(asset.ownerId, userId), isAnyOf(asset.id, ids), ...mayBeSeen));
  const own = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => own.has(id));
}

/**
 * Puts photos at the end, as the album is ordered by hand, in an album that nobody else changes meanwhile and to which `addedBy` was just seen to be
 * allowed to add. Returns the ids that were not in it.
 */
export async function append(ctx: Ctx, albumId: string, ids: readonly string[], addedBy: string): Promise<string[]> {
  allow(ctx, "album.touch", { ownerId: addedBy });
  return put(ctx, albumId, ids, addedBy);
}

async function put(ctx: Ctx, albumId: string, ids: readonly string[], addedBy: string): Promise<string[]> {
  const last = sql`(select coalesce(max(${albumItem.position}), 0) from ${albumItem} where ${albumItem.albumId} = ${albumId}::uuid)`;
  const { rows } = await ctx.db.execute<{ id: string }>(sql`
    insert into ${albumItem} (album_id, asset_id, added_by, position, added_at)
    select ${albumId}::uuid, ${asset.id}, case when ${asset.guestName} is null then ${addedBy}::uuid end, ${last} + wanted.number,
      ${ctx.now().toISOString()}::timestamptz
    from unnest(${idArray(ids)}) with ordinality as wanted (id, number)
    join ${asset} on ${asset.id} = wanted.id
    on conflict do nothing
    returning asset_id as id`);
  if (rows.length > 0) await touched(ctx, albumId);
  return rows.map(({ id }) => id);
}

/** Takes back what `append` put into an album, under the same conditions. */
export async function withdraw(ctx: Ctx, albumId: string, ids: readonly string[]): Promise<void> {
  allow(ctx, "album.touch", { ownerId: userOf(ctx) });
  if (ids.length === 0) return;
  await ctx.db.delete(albumItem).where(and(eq(albumItem.albumId, albumId), isAnyOf(albumItem.assetId, ids)));
  await touched(ctx, albumId);
}

/** Lists show what changed last first. */
async function touched(ctx: Ctx, albumId: string): Promise<void> {
  await ctx.db.update(album).set({ updatedAt: ctx.now() }).where(eq(album.id, albumId));
}
