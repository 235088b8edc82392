import { and, eq, sql } from "drizzle-orm";
import { grant } from "#grant/table";
import { allow, AppError, type Ctx, type Permission, type Role, type Target } from "#kernel";
import { album } from "./album.sql.ts";

export type AlbumRow = typeof album.$inferSelect;

/** An album as the actor sees it; `role` is undefined for its owner. `target` is what to ask the policy with. */
export type Visible = { album: AlbumRow; role: Role | undefined; target: Target };

/**
 * The album with this id, when the actor holds `permission` on it, in one query. Throws `not_found`, also for one that is not shared with them,
 * and `forbidden` for what their role does not allow.
 */
export async function getVisible(ctx: Ctx, id: string, permission: Permission = "album.read"): Promise<Visible> {
  const { actor } = ctx;
  const subject = actor.kind === "user" ? actor.userId : null;
  const [row] = await ctx.db
    .select({ album, role: grant.role })
    .from(album)
    .leftJoin(
      grant,
      and(
        eq(grant.targetKind, "album"),
        eq(grant.targetId, album.id),
        eq(grant.subjectKind, "user"),
        sql`${grant.subjectId} = ${subject}::uuid`,
      ),
    )
    .where(eq(album.id, id));
  if (!row) throw new AppError("not_found", "There is no album with this id.");
  const role = row.role ?? undefined;
  const target = { ownerId: row.album.ownerId, role, albumId: row.album.id };
  allow(ctx, permission, target);
  return { album: row.album, role, target };
}
