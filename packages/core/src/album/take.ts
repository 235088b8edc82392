import { and, count, eq, sql } from "drizzle-orm";
import { asset } from "#asset/table";
import * as Audit from "#audit";
import { isAnyOf } from "#columns";
import { grant } from "#grant/table";
import { allow, AppError, newId, transact, userOf, type Ctx } from "#kernel";
import { undo } from "#mark/table";
import { album, albumItem } from "./album.sql.ts";
import { getLocked, type Visible } from "./visible.ts";

/** How many were taken out, how many were left since others brought them, and the token by which `putBack` undoes it for a day. */
export type Taken = { removed: number; left: number; token: string };

/**
 * Takes photos out of an album; they stay in their owners' libraries. Contributors take out only what they brought, and leave the rest in: throws
 * `forbidden` when that is all of it.
 */
export async function take(ctx: Ctx, albumId: string, ids: readonly string[]): Promise<Taken> {
  allow(ctx, "album.touch", { ownerId: userOf(ctx) });
  return transact(ctx, async (inside) => {
    const visible = await getLocked(inside, albumId, "album.add");
    const { db } = inside;
    const named = and(eq(albumItem.albumId, albumId), isAnyOf(albumItem.assetId, ids));
    const mayTake = takesAny(visible) ? undefined : eq(albumItem.addedBy, userOf(ctx));
    const gone = await db.delete(albumItem).where(and(named, mayTake)).returning();
    const [rest] = await db.select({ left: count() }).from(albumItem).where(named);
    const { left } = rest ?? { left: 0 };
    if (gone.length === 0 && left > 0) throw new AppError("forbidden", "You can take out only the photos that you added.");
    const token = newId(ctx.now().getTime());
    if (gone.length > 0) {
      await db.insert(undo).values({
        id: newId(ctx.now().getTime()),
        ownerId: userOf(ctx),
        token,
        at: ctx.now(),
        field: "item",
        after: albumId,
        ids: gone.map(({ assetId }) => assetId),
        before: gone.map(({ addedBy, position, addedAt }) => JSON.stringify({ addedBy, position, addedAt })),
      });
      await note(inside, visible, "album.take", gone.length);
      await db.update(album).set({ updatedAt: ctx.now() }).where(eq(album.id, albumId));
    }
    return { removed: gone.length, left, token };
  });
}

/**
 * Puts back what the actor took out with this token, where and whosever it was, save what is in the album again or whose owner has left it. Returns
 * how many; none for a token that was used, or is forgotten.
 */
export async function putBack(ctx: Ctx, albumId: string, token: string): Promise<number> {
  allow(ctx, "album.touch", { ownerId: userOf(ctx) });
  return transact(ctx, async (inside) => {
    const visible = await getLocked(inside, albumId, "album.add");
    const mine = and(eq(undo.ownerId, userOf(ctx)), eq(undo.token, token), eq(undo.field, "item"), eq(undo.after, albumId));
    const isInside = sql`(${asset.ownerId} = ${album.ownerId} or exists (select from ${grant} where ${grant.targetKind} = 'album'
      and ${grant.targetId} = ${album.id} and ${grant.subjectKind} = 'user' and ${grant.subjectId} = ${asset.ownerId}))`;
    const mayPut = takesAny(visible) ? sql`true` : sql`${asset.ownerId} = ${userOf(ctx)}::uuid`;
    const { rows } = await inside.db.execute(sql`
      insert into ${albumItem} (album_id, asset_id, added_by, position, added_at)
      select ${album.id}, ${asset.id}, (was ->> 'addedBy')::uuid, (was ->> 'position')::float8, (was ->> 'addedAt')::timestamptz
      from (select unnest(${undo.ids}) as id, unnest(${undo.before})::jsonb as was from ${undo} where ${mine}) as gone
      join ${asset} on ${asset.id} = gone.id join ${album} on ${album.id} = ${albumId}::uuid
      where ${isInside} and ${mayPut}
      on conflict do nothing
      returning 1`);
    await inside.db.delete(undo).where(mine);
    if (rows.length === 0) return 0;
    await note(inside, visible, "album.return", rows.length);
    await inside.db.update(album).set({ updatedAt: ctx.now() }).where(eq(album.id, albumId));
    return rows.length;
  });
}

/** Who edits the album, or whose it is, takes out anybody's. */
function takesAny({ role }: Visible): boolean {
  return role === undefined || role === "editor";
}

/** The album's owner reads of it, whoever did it. */
function note(ctx: Ctx, { album: { ownerId, title } }: Visible, action: "album.take" | "album.return", photos: number): Promise<void> {
  return Audit.note(ctx, { ownerId, action, details: { album: title, count: photos } });
}
