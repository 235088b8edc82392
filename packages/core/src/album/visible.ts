import { eq } from "drizzle-orm";
import * as Grant from "#grant";
import { grant } from "#grant/table";
import { allow, AppError, userOf, type Ctx, type Permission, type Role, type Target } from "#kernel";
import { album } from "./album.sql.ts";

export type AlbumRow = typeof album.$inferSelect;

/** An album as the actor sees it; `role` is undefined for its owner. `target` is what to ask the policy with. */
export type Visible = { album: AlbumRow; role: Role | undefined; target: Target };

/**
 * The album with this id, when the actor holds `permission` on it, in one query. Throws `not_found`, also for one that is not shared with them,
 * and `forbidden` for what their role does not allow.
 */
export async function getVisible(ctx: Ctx, id: string, permission: Permission = "album.read"): Promise<Visible> {
  const [row] = await ctx.db
    .select({ album, role: grant.role })
    .from(album)
    .leftJoin(grant, Grant.heldBy(ctx, "album", album.id))
    .where(eq(album.id, id));
  if (!row) throw new AppError("not_found", "There is no album with this id.");
  const role = row.role ?? undefined;
  const target = { ownerId: row.album.ownerId, role, albumId: row.album.id };
  allow(ctx, permission, target);
  return { album: row.album, role, target };
}

/**
 * The same for a change: until the transaction of `ctx` ends, nobody else changes the album, its items or its members. So who was just put out adds
 * nothing any more, and no two photos get the same place.
 */
export async function getLocked(ctx: Ctx, id: string, permission: Permission): Promise<Visible> {
  allow(ctx, "album.touch", { ownerId: userOf(ctx) });
  await ctx.db.select({ id: album.id }).from(album).where(eq(album.id, id)).for("update");
  return getVisible(ctx, id, permission);
}
