import { and, eq, gte, inArray, isNull, lt, notExists, or, sql } from "drizzle-orm";
import type { PasswordHash } from "#account";
import * as Album from "#album";
import { album } from "#album/table";
import * as Audit from "#audit";
import { grant } from "#grant/table";
import { guestOffer } from "#guest/table";
import { allow, AppError, newId, newSecret, transact, userOf, type Ctx } from "#kernel";
import { upload } from "#upload/table";
import { check, FRESH, type Options, toRow } from "./rules.ts";
import { shareLink } from "./share.sql.ts";

/** An album of the actor's, or photos that were picked by hand, under a title. */
export type Shared = { albumId: string } | { ids: readonly string[]; title: string };

/** `slug` is a name in place of a token. */
export type NewLink = Partial<Options> & { shared: Shared; slug?: string | null | undefined };

/** What whoever shares such a thing has to be allowed to do with it themselves. */
const GIVING = { album: ["album.read", "album.download"], selection: ["asset.read"] } as const;

const KEPT_MS = 30 * 86_400_000;

/**
 * Makes a share link. `token` is told this once: of it only the SHA-256 is kept; null for one with a name of its own. Throws `not_found` for an
 * album or photos that are not the actor's to share, `forbidden` for a key that may not read them, `conflict` for a name that is taken, `invalid`
 * for options that contradict each other.
 */
export async function create(
  ctx: Ctx,
  { shared, slug = null, ...options }: NewLink,
  hash: PasswordHash,
): Promise<{ id: string; token: string | null; albumId: string }> {
  allow(ctx, "share.write", { ownerId: userOf(ctx) });
  const ownerId = userOf(ctx);
  const now = ctx.now();
  check({ ...FRESH, slug }, options, now);
  const row = { uploadLimitBytes: FRESH.uploadLimitBytes, uploadLimitCount: FRESH.uploadLimitCount, ...(await toRow(options, hash)) };
  const secret = slug === null ? newSecret() : undefined;
  const id = newId(now.getTime());
  const albumId = await transact(ctx, async (inside) => {
    const target = "albumId" in shared ? await giveable(inside, shared.albumId) : await Album.pick(inside, shared);
    const values = { ...row, id, ownerId, albumId: target.id, slug, tokenSha256: secret?.sha256 ?? null, createdAt: now, updatedAt: now };
    const made = await inside.db
      .insert(shareLink)
      .values(values)
      .onConflictDoNothing({ target: shareLink.slug })
      .returning({ id: shareLink.id });
    if (made.length === 0) throw new AppError("conflict", "Another link has this name already.", { extra: { field: "slug" } });
    const role = row.allowUpload ? ("contributor" as const) : ("viewer" as const);
    const subject = { subjectKind: "link", subjectId: id, targetKind: "album", targetId: target.id } as const;
    await inside.db.insert(grant).values({ id: newId(now.getTime()), ...subject, role, createdBy: ownerId, createdAt: now });
    await Audit.note(inside, { ownerId, action: "link.create", details: { link: id, album: target.title } });
    return target.id;
  });
  return { id, token: secret?.token ?? null, albumId };
}

/** What of a link can be changed; `title` is that of photos which were picked by hand: an album has its own. */
export type LinkChange = Partial<Options> & { title?: string | undefined };

/** Changes what is given. Another password, or none, locks again what was unlocked before. Throws as `create` does; `not_found` for a revoked one. */
export async function update(ctx: Ctx, id: string, { title, ...change }: LinkChange, hash: PasswordHash): Promise<void> {
  allow(ctx, "share.write", { ownerId: userOf(ctx) });
  // Before the transaction: it is slow on purpose, and nobody is to wait for it.
  const row = await toRow(change, hash);
  await transact(ctx, async (inside) => {
    const { db } = inside;
    const before = await getLocked(inside, id);
    if (before.revokedAt !== null) throw nothing();
    const target = await giveable(inside, before.albumId);
    check(before, change, ctx.now());
    if (title !== undefined) await rename(inside, before.albumId, title);
    const version = change.password === undefined ? {} : { unlockVersion: sql`${shareLink.unlockVersion} + 1` };
    await db
      .update(shareLink)
      .set({ ...row, ...version, updatedAt: ctx.now() })
      .where(eq(shareLink.id, id));
    const what = [...(title === undefined ? [] : ["title"]), ...Object.keys(change)].join(", ");
    const details = { link: id, album: title?.trim() ?? target.title, what };
    await Audit.note(inside, { ownerId: before.ownerId, action: "link.change", details });
    if (change.allowUpload === undefined) return;
    await db
      .update(grant)
      .set({ role: change.allowUpload ? "contributor" : "viewer" })
      .where(grantOf(id));
    if (!change.allowUpload) await closeUploads(db, id);
  });
}

/** Ends a link, for good and at once: what its guests have begun to send is not taken any more. Idempotent. */
export async function revoke(ctx: Ctx, id: string): Promise<void> {
  allow(ctx, "share.write", { ownerId: userOf(ctx) });
  await transact(ctx, async (inside) => {
    const { db } = inside;
    const now = ctx.now();
    const { ownerId, albumId, revokedAt } = await getLocked(inside, id);
    if (revokedAt !== null) return;
    await db.update(shareLink).set({ revokedAt: now, updatedAt: now }).where(eq(shareLink.id, id));
    await db.delete(grant).where(grantOf(id));
    await Audit.note(inside, { ownerId, action: "link.revoke", details: { link: id, album: await titleOf(inside, albumId) } });
    await closeUploads(db, id);
  });
}

/**
 * The row of the actor's link, which nobody else changes until the transaction of `ctx` ends: what two changes at the same time come to together must
 * make sense, too. Throws `not_found`, also for someone else's.
 */
async function getLocked(ctx: Ctx, id: string): Promise<typeof shareLink.$inferSelect> {
  const own = and(eq(shareLink.id, id), eq(shareLink.ownerId, userOf(ctx)));
  const [row] = await ctx.db.select().from(shareLink).where(own).for("update");
  if (!row) throw nothing();
  return row;
}

/**
 * An album that the actor may give away, which is what they can get themselves: else a key that may share and not read would read through a link of
 * its own.
 */
async function giveable(ctx: Ctx, id: string): Promise<Album.AlbumRow> {
  const { album: row, target } = await Album.getVisible(ctx, id, "share.write");
  for (const permission of GIVING[row.kind]) allow(ctx, permission, target);
  return row;
}

/** Forgets photos that were picked by hand when no link to them has worked for a month, and no guest's photo waits there for a word. */
export async function expireSelections(ctx: Ctx): Promise<void> {
  allow(ctx, "ingest.run");
  const before = new Date(ctx.now().getTime() - KEPT_MS);
  const goesOn = ctx.db
    .select({ one: sql`1` })
    .from(shareLink)
    .where(
      and(
        eq(shareLink.albumId, album.id),
        or(isNull(shareLink.revokedAt), gte(shareLink.revokedAt, before)),
        or(isNull(shareLink.expiresAt), gte(shareLink.expiresAt, before)),
      ),
    );
  const offers = ctx.db
    .select({ one: sql`1` })
    .from(guestOffer)
    .where(eq(guestOffer.albumId, album.id));
  const isOver = and(eq(album.kind, "selection"), lt(album.createdAt, before), notExists(goesOn), notExists(offers));
  await transact(ctx, async ({ db }) => {
    const gone = (await db.delete(album).where(isOver).returning({ id: album.id })).map(({ id }) => id);
    if (gone.length > 0) await db.delete(grant).where(and(eq(grant.targetKind, "album"), inArray(grant.targetId, gone)));
  });
}

async function rename(ctx: Ctx, albumId: string, title: string): Promise<void> {
  allow(ctx, "share.write", { ownerId: userOf(ctx) });
  const isPicked = and(eq(album.id, albumId), eq(album.kind, "selection"));
  const named = await ctx.db.update(album).set({ title: title.trim() }).where(isPicked).returning({ id: album.id });
  if (named.length === 0) throw new AppError("invalid", "An album is named on its own page.", { extra: { field: "title" } });
}

async function titleOf({ db }: Pick<Ctx, "db">, albumId: string): Promise<string> {
  const [row] = await db.select({ title: album.title }).from(album).where(eq(album.id, albumId));
  return row?.title ?? "";
}

function grantOf(linkId: string) {
  return and(eq(grant.subjectKind, "link"), eq(grant.subjectId, linkId));
}

async function closeUploads(db: Ctx["db"], linkId: string): Promise<void> {
  await db
    .update(upload)
    .set({ state: "expired", reason: "The link was closed." })
    .where(and(eq(upload.linkId, linkId), eq(upload.state, "open")));
}

function nothing(): AppError {
  return new AppError("not_found", "There is nothing here with this id.");
}
