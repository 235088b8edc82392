import { and, eq, inArray, isNull, lte, sql } from "drizzle-orm";
import { user } from "#account/table";
import { albumItem } from "#album/table";
import { ingestJob } from "#asset";
import { asset } from "#asset/table";
import * as Audit from "#audit";
import * as Album from "#album";
import { allow, AppError, transact, userOf, type Ctx, type LinkActor } from "#kernel";
import * as Quota from "#quota";
import * as Timeline from "#timeline";
import * as Upload from "#upload";
import { upload } from "#upload/table";
import { guestRefusal } from "./rules.ts";
import { shareLink } from "./share.sql.ts";

const URL_SECONDS = 600;

/** Where a guest's upload stands; whether the bytes are safe, and never which photo they became. */
export type Sent = { id: string; state: Upload.UploadRow["state"]; reason: string | null; safe: boolean };

/**
 * Plans what a guest wants to send through the link that acts: one PUT each, pinned to length and type, to where nothing is safe yet. What is
 * promised counts against the link at once and in one statement; asking again for what is under way gives that again. Throws `over_quota` when it
 * is more than the link, or its owner, has room for.
 */
export async function planUploads(ctx: Ctx, files: readonly Upload.NewFile[], guestName: string | null): Promise<Upload.Planned[]> {
  allow(ctx, "share.upload", linkOf(ctx));
  const link = linkOf(ctx);
  const good = files.filter((file) => guestRefusal(file) === undefined);
  const [owner] = await ctx.db.select({ handle: user.handle }).from(user).where(eq(user.id, link.ownerId));
  if (!owner) throw nothing();
  const guest = { ...link, handle: owner.handle, guestName };
  const under: Rows = good.length === 0 ? new Map() : await Upload.staged(ctx, link.linkId, good);
  const fresh = [
    ...new Map(good.filter((file) => !under.has(Upload.identity(file))).map((file) => [Upload.identity(file), file])).values(),
  ];
  const rows = fresh.length === 0 ? under : await promised(ctx, guest, fresh, under);
  const isPinned = await ctx.store.pins();
  return Promise.all(files.map((file) => answer(ctx, file, rows.get(Upload.identity(file)), isPinned)));
}

type Rows = Map<string, Upload.UploadRow>;

/** Promises room for these files and makes their uploads, or neither. */
async function promised(ctx: Ctx, guest: Upload.Guest, files: readonly Upload.NewFile[], under: Rows): Promise<Rows> {
  allow(ctx, "share.upload", guest);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return transact(ctx, async (inside) => {
    if (bytes > ((await Quota.room(inside, guest)) ?? Infinity)) throw full();
    const [uploadedBytes, uploadedCount] = [
      sql`${shareLink.uploadedBytes} + ${bytes}::bigint`,
      sql`${shareLink.uploadedCount} + ${files.length}::int`,
    ];
    const counted = await inside.db
      .update(shareLink)
      .set({ uploadedBytes, uploadedCount })
      .where(
        and(
          eq(shareLink.id, guest.linkId),
          isNull(shareLink.revokedAt),
          eq(shareLink.allowUpload, true),
          lte(uploadedBytes, shareLink.uploadLimitBytes),
          lte(uploadedCount, shareLink.uploadLimitCount),
        ),
      )
      .returning({ id: shareLink.id });
    if (counted.length === 0) throw full();
    const staged = await Upload.stage(inside, guest, files);
    const details = { link: guest.linkId, files: files.length, name: guest.guestName };
    await Audit.note(inside, { ownerId: guest.ownerId, action: "guest.send", details });
    return new Map([...under, ...staged]);
  });
}

async function answer(ctx: Ctx, file: Upload.NewFile, row: Upload.UploadRow | undefined, isPinned: boolean): Promise<Upload.Planned> {
  const refused = guestRefusal(file);
  if (refused) return { status: "refused", ...refused };
  if (!row?.source) return { status: "refused", code: "conflict", detail: "This file is on its way already. Try again in some minutes." };
  if (row.state === "received") return { status: "received", uploadId: row.id, expiresAt: row.expiresAt.toISOString() };
  const { sha256 } = file;
  const pins = { size: row.size, type: row.type, ...(isPinned && { sha256 }), expiresIn: URL_SECONDS };
  const request = await ctx.store.sign.put({ key: row.source, ...pins });
  return { status: "put", uploadId: row.id, request, expiresAt: new Date(ctx.now().getTime() + URL_SECONDS * 1000).toISOString() };
}

/** A guest says that all of it is at the store; ingest decides whether that is so. Throws `gone` for one that has ended. */
export async function completeUpload(ctx: Ctx, id: string): Promise<Pick<Sent, "id" | "state">> {
  allow(ctx, "share.upload", linkOf(ctx));
  const link = linkOf(ctx);
  const [row] = await sentThrough(ctx, link.linkId, [id]);
  if (!row) throw nothing();
  if (row.state === "expired") throw new AppError("gone", "This upload has ended. Add the file again.");
  if (row.state === "committed" || row.state === "failed" || row.source === null) return { id, state: row.state };
  await transact(ctx, async ({ db, queue }) => {
    await db
      .update(upload)
      .set({ state: "received" })
      .where(and(eq(upload.id, id), eq(upload.state, "open")));
    await queue.enqueue([{ ...ingestJob(row.source ?? row.key), urgent: true }]);
  });
  return { id, state: "received" };
}

/** Ends a guest's upload that is not received yet; what comes of it later is removed. Idempotent. */
export async function endUpload(ctx: Ctx, id: string): Promise<void> {
  allow(ctx, "share.upload", linkOf(ctx));
  const link = linkOf(ctx);
  const [row] = await sentThrough(ctx, link.linkId, [id]);
  if (!row) throw nothing();
  await ctx.db
    .update(upload)
    .set({ state: "expired", reason: "Cancelled." })
    .where(and(eq(upload.id, id), eq(upload.state, "open")));
}

/** Where uploads through the link that acts stand; unknown ids are left out. */
export async function sentUploads(ctx: Ctx, ids: readonly string[]): Promise<Sent[]> {
  allow(ctx, "share.upload", linkOf(ctx));
  const link = linkOf(ctx);
  const rows = await sentThrough(ctx, link.linkId, ids);
  return rows.map(({ id, state, reason }) => ({ id, state, reason, safe: state === "committed" }));
}

/** What guests have sent to an album of the actor's and waits for a word. */
export type Held = { id: string; guestName: string | null; name: string; sentAt: string };

/** What waits at an album, oldest first. Throws `not_found` and `forbidden` for what is not the actor's own. */
export async function held(ctx: Ctx, albumId: string): Promise<Held[]> {
  const { target } = await Album.getVisible(ctx, albumId, "album.own");
  const rows = await ctx.db
    .select({ id: asset.id, guestName: asset.guestName, name: asset.name, sentAt: asset.createdAt })
    .from(asset)
    .where(and(eq(asset.ownerId, target.ownerId), inArray(asset.heldBy, linksOf(ctx, albumId)), isNull(asset.trashedAt)))
    .orderBy(asset.id);
  return rows.map(({ sentAt, ...row }) => ({ ...row, sentAt: sentAt.toISOString() }));
}

/** Takes what waits into the album and the library, or puts it into the bin. Gives how many there were. Throws as `held` does. */
export async function decide(ctx: Ctx, albumId: string, ids: readonly string[], accept: boolean): Promise<number> {
  allow(ctx, "album.own", { ownerId: userOf(ctx) });
  const { target } = await Album.getVisible(ctx, albumId, "album.own");
  const { ownerId } = target;
  const now = ctx.now();
  return transact(ctx, async (inside) => {
    const { db } = inside;
    const waiting = and(eq(asset.ownerId, ownerId), inArray(asset.id, [...ids]), inArray(asset.heldBy, linksOf(inside, albumId)));
    const rows = await db
      .update(asset)
      .set({ heldBy: null, ...(!accept && { trashedAt: now }), updatedAt: now })
      .where(waiting)
      .returning({ id: asset.id, localAt: asset.localAt });
    if (rows.length === 0) return 0;
    const last = sql<number>`(select coalesce(max(${albumItem.position}), 0) from ${albumItem} where ${albumItem.albumId} = ${albumId}::uuid)`;
    const items = rows.map(({ id }, i) => ({ albumId, assetId: id, addedAt: now, position: sql`${last} + ${i + 1}::int` }));
    if (accept) await db.insert(albumItem).values(items).onConflictDoNothing();
    await Timeline.touch(
      inside,
      ownerId,
      rows.map(({ localAt }) => localAt),
    );
    await Audit.note(inside, { ownerId, action: accept ? "guest.accept" : "guest.decline", details: { photos: rows.length } });
    return rows.length;
  });
}

function linksOf({ db }: Pick<Ctx, "db">, albumId: string) {
  return db.select({ id: shareLink.id }).from(shareLink).where(eq(shareLink.albumId, albumId));
}

function sentThrough({ db }: Pick<Ctx, "db">, linkId: string, ids: readonly string[]): Promise<Upload.UploadRow[]> {
  return db
    .select()
    .from(upload)
    .where(and(eq(upload.linkId, linkId), inArray(upload.id, [...ids])));
}

function linkOf({ actor }: Pick<Ctx, "actor">): LinkActor {
  if (actor.kind === "link") return actor;
  throw new AppError("unauthenticated", "Open the link to do this.");
}

function full(): AppError {
  return new AppError("over_quota", "There is no room for all of this. Send fewer files, or ask whoever sent the link.");
}

function nothing(): AppError {
  return new AppError("not_found", "There is no upload with this id.");
}
