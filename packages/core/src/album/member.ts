import { and, eq, isNull, or, sql } from "drizzle-orm";
import { user } from "#account/table";
import { asset } from "#asset/table";
import * as Audit from "#audit";
import * as Grant from "#grant";
import { allow, AppError, transact, userOf, type Ctx, type Role } from "#kernel";
import { album, albumItem } from "./album.sql.ts";
import { getLocked, type AlbumRow } from "./visible.ts";

/** `who` is the handle, the e-mail address or the name of somebody with an account here. */
export type Share = { who: string; role: Role };

/**
 * Shares an album of the actor's with somebody; sharing it again changes what they may do. Throws `not_found` when nobody here is called so, and
 * `invalid` for oneself, and for a name that several have.
 */
export async function share(ctx: Ctx, albumId: string, { who, role }: Share): Promise<Grant.Member> {
  allow(ctx, "album.touch", { ownerId: userOf(ctx) });
  return transact(ctx, async (inside) => {
    const { album: row } = await getLocked(inside, albumId, "album.own");
    const person = await personCalled(inside, who);
    if (person.id === row.ownerId) throw new AppError("invalid", "This album is yours already.", { extra: { field: "who" } });
    await Grant.give(inside, targetOf(row), person.id, role);
    await note(inside, row, "album.share", { with: person.name, role });
    return { ...person, role };
  });
}

/** Changes what somebody may do in an album of the actor's. Throws `not_found` for who is not in it. */
export async function changeRole(ctx: Ctx, albumId: string, userId: string, role: Role): Promise<void> {
  allow(ctx, "album.touch", { ownerId: userOf(ctx) });
  await transact(ctx, async (inside) => {
    const { album: row } = await getLocked(inside, albumId, "album.own");
    const name = await nameOfMember(inside, albumId, userId);
    await Grant.give(inside, targetOf(row), userId, role);
    await note(inside, row, "album.share", { with: name, role });
  });
}

/**
 * Puts somebody out of an album of the actor's, at once; what they brought leaves with them. Throws `not_found` for who is not in it.
 */
export async function putOut(ctx: Ctx, albumId: string, userId: string): Promise<void> {
  allow(ctx, "album.touch", { ownerId: userOf(ctx) });
  await transact(ctx, async (inside) => {
    const { album: row } = await getLocked(inside, albumId, "album.own");
    const name = await nameOfMember(inside, albumId, userId);
    await end(inside, row, userId);
    await note(inside, row, "album.unshare", { with: name });
  });
}

/** Leaves an album of somebody else's, with what one brought. Throws `invalid` for one's own. */
export async function leave(ctx: Ctx, albumId: string): Promise<void> {
  allow(ctx, "album.touch", { ownerId: userOf(ctx) });
  await transact(ctx, async (inside) => {
    const { album: row, role } = await getLocked(inside, albumId, "album.read");
    if (role === undefined) throw new AppError("invalid", "This album is yours: delete it, or put the others out.");
    await end(inside, row, userOf(ctx));
    await note(inside, row, "album.leave", {});
  });
}

async function end(ctx: Ctx, row: AlbumRow, userId: string): Promise<void> {
  await Grant.take(ctx, targetOf(row), userId);
  const theirs = sql`${albumItem.assetId} in (select ${asset.id} from ${asset} where ${asset.ownerId} = ${userId}::uuid)`;
  await ctx.db.delete(albumItem).where(and(eq(albumItem.albumId, row.id), or(eq(albumItem.addedBy, userId), theirs)));
  await ctx.db.update(album).set({ updatedAt: ctx.now() }).where(eq(album.id, row.id));
}

/** Throws `not_found` for who is not in the album. */
async function nameOfMember(ctx: Ctx, albumId: string, userId: string): Promise<string> {
  const member = (await Grant.members(ctx, "album", [albumId])).get(albumId)?.find(({ id }) => id === userId);
  if (!member) throw new AppError("not_found", "This person is not in the album.");
  return member.name;
}

/** The album's owner reads of it, whoever did it. */
function note(ctx: Ctx, row: AlbumRow, action: "album.share" | "album.unshare" | "album.leave", details: Record<string, string>) {
  return Audit.note(ctx, { ownerId: row.ownerId, action, details: { album: row.title, ...details } });
}

async function personCalled(ctx: Ctx, who: string): Promise<{ id: string; name: string; handle: string }> {
  const called = who.trim().toLowerCase();
  const found = await ctx.db
    .select({ id: user.id, name: user.name, handle: user.handle, email: user.email })
    .from(user)
    .where(and(or(eq(user.handle, called), eq(user.email, called), eq(sql`lower(${user.name})`, called)), isNull(user.disabledAt)));
  // Two may have the same name; folders and addresses are one person's.
  const person = found.find(({ handle, email }) => handle === called || email === called) ?? (found.length === 1 ? found[0] : undefined);
  if (person) return { id: person.id, name: person.name, handle: person.handle };
  if (found.length > 1) {
    throw new AppError("invalid", "More than one person here is called so. Use their e-mail address.", { extra: { field: "who" } });
  }
  throw new AppError("not_found", "Nobody with an account here has this name or e-mail address.", { extra: { field: "who" } });
}

function targetOf({ id, ownerId }: AlbumRow): Grant.Target {
  return { kind: "album", id, ownerId };
}
