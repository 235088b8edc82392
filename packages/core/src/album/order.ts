import { and, eq, lte, max, not, sql, type SQL } from "drizzle-orm";
import { asset } from "#asset/table";
import { idArray, isAnyOf } from "#columns";
import { allow, AppError, transact, userOf, type Ctx } from "#kernel";
import { album, albumItem } from "./album.sql.ts";
import { type AlbumRow, getLocked } from "./visible.ts";

/** Photos of an album, in the order that they are to have, and the one before which they go; null for the end. */
export type Move = { ids: readonly string[]; before: string | null };

/** Closer than this no two places may come: well above what a double tells apart at any length of album. */
const LEAST_GAP = 2 ** -20;

/**
 * Moves photos of an album that is ordered by hand. Throws `not_found` when one of them, or the one that they go before, is not in it, and
 * `conflict` for an album that is sorted by date.
 */
export async function move(ctx: Ctx, albumId: string, { ids, before }: Move): Promise<void> {
  allow(ctx, "album.touch", { ownerId: userOf(ctx) });
  await transact(ctx, async (inside) => {
    const { album: row } = await getLocked(inside, albumId, "album.write");
    if (row.sort !== "manual") throw new AppError("conflict", "This album is sorted by date. Sort it by hand to move photos.");
    if (before !== null && ids.includes(before)) throw new AppError("invalid", "A photo cannot go before itself.");
    let places = between(await gapAt(inside, albumId, { ids, before }), ids.length);
    if (!places) {
      await spread(inside, albumId, "manual");
      places = between(await gapAt(inside, albumId, { ids, before }), ids.length) ?? [];
    }
    await place(inside, albumId, ids, places);
    await inside.db.update(album).set({ updatedAt: ctx.now() }).where(eq(album.id, albumId));
  });
}

/** The places on both sides of a gap; undefined where it has no end. */
type Gap = { after: number | undefined; before: number | undefined };

/** `count` places in a gap, rising; undefined when it has become too narrow for them. */
export function between({ after, before }: Gap, count: number): number[] | undefined {
  const low = after ?? (before === undefined ? 0 : before - count - 1);
  const step = before === undefined ? 1 : (before - low) / (count + 1);
  if (step < LEAST_GAP) return undefined;
  return Array.from({ length: count }, (_, i) => low + step * (i + 1));
}

/** Where the photo to go before is, and the nearest one before it that is not moved itself. */
async function gapAt(ctx: Ctx, albumId: string, { ids, before }: Move): Promise<Gap> {
  const [target] =
    before === null
      ? []
      : await ctx.db
          .select({ at: albumItem.position })
          .from(albumItem)
          .where(isItem(albumId, [before]));
  if (before !== null && !target) throw missing();
  const others = before === null ? ids : [...ids, before];
  const reaches = target ? lte(albumItem.position, target.at) : undefined;
  const [nearest] = await ctx.db
    .select({ at: max(albumItem.position) })
    .from(albumItem)
    .where(and(eq(albumItem.albumId, albumId), not(isAnyOf(albumItem.assetId, others)), reaches));
  return { after: nearest?.at ?? undefined, before: target?.at };
}

const BY: Record<AlbumRow["sort"], SQL> = {
  newest: sql`${asset.localAt} desc, ${asset.id} desc`,
  oldest: sql`${asset.localAt}, ${asset.id}`,
  manual: sql`${albumItem.position}, ${asset.localAt} desc, ${asset.id} desc`,
};

/** Gives all photos of an album the places that they have in an order, one apart. */
export async function spread(ctx: Ctx, albumId: string, sort: AlbumRow["sort"]): Promise<void> {
  allow(ctx, "album.touch", { ownerId: userOf(ctx) });
  await ctx.db.execute(sql`
    update ${albumItem} set position = ranked.number
    from (
      select ${asset.id} as id, row_number() over (order by ${BY[sort]}) as number
      from ${albumItem} join ${asset} on ${asset.id} = ${albumItem.assetId} where ${albumItem.albumId} = ${albumId}::uuid
    ) as ranked
    where ${albumItem.albumId} = ${albumId}::uuid and ${albumItem.assetId} = ranked.id`);
}

/** Throws `not_found` when one of the photos is not in the album. */
async function place(ctx: Ctx, albumId: string, ids: readonly string[], places: readonly number[]): Promise<void> {
  const moved = await ctx.db.execute(sql`
    update ${albumItem} set position = wanted.position
    from unnest(${idArray(ids)}, ${`{${places.join(",")}}`}::float8[]) as wanted (id, position)
    where ${albumItem.albumId} = ${albumId}::uuid and ${albumItem.assetId} = wanted.id`);
  if (moved.rowCount !== ids.length) throw missing();
}

function isItem(albumId: string, ids: readonly string[]): SQL | undefined {
  return and(eq(albumItem.albumId, albumId), isAnyOf(albumItem.assetId, ids));
}

function missing(): AppError {
  return new AppError("not_found", "One of these photos is not in the album any more. Load it again.");
}
