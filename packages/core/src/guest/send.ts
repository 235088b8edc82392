import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { user } from "#account/table";
import { ingestJob } from "#asset";
import * as Audit from "#audit";
import { isAnyOf } from "#columns";
import { allow, AppError, transact, type Ctx, type LinkActor } from "#kernel";
import * as Quota from "#quota";
import * as Share from "#share";
import { shareLink } from "#share/table";
import { incomingKey } from "#storage";
import * as Upload from "#upload";
import { upload } from "#upload/table";
import { lifeMs, NO_PICTURE, refusal, URL_SECONDS } from "./rules.ts";

/** What a guest is told for whose file there was room when it was planned, and is none when it comes. */
const NO_ROOM = "There is no room for this any more. Ask whoever sent the link.";

/**
 * Where a guest's upload stands; whether the bytes are safe, and never which photo they became. `final`: they are never taken, however often they are
 * sent.
 */
export type Sent = { id: string; state: Upload.UploadRow["state"]; reason: string | null; safe: boolean; final: boolean };

/**
 * Plans what a guest wants to send through the link that acts: one PUT each, pinned to length and type, to where nothing is safe yet. What is
 * promised counts against the link at once, and no more when it has ended; asking again for what is under way gives that again. Throws `over_quota`
 * when it is more than the link, or its owner, has room for.
 */
export async function plan(ctx: Ctx, files: readonly Upload.NewFile[], guestName: string | null): Promise<Upload.Planned[]> {
  allow(ctx, "share.upload", linkOf(ctx));
  const link = linkOf(ctx);
  const good = new Map(files.filter((file) => refusal(file) === undefined).map((file) => [Upload.identity(file), file]));
  const rows: Rows = good.size === 0 ? new Map() : await transact(ctx, (inside) => promised(inside, link, [...good.values()], guestName));
  const isPinned = await ctx.store.pins();
  return Promise.all(files.map((file) => answer(ctx, file, rows.get(Upload.identity(file)), isPinned)));
}

type Rows = ReadonlyMap<string, Upload.UploadRow>;

/** Promises room for what is not under way yet and makes its uploads, or neither. */
async function promised(ctx: Ctx, link: LinkActor, files: readonly Upload.NewFile[], guestName: string | null): Promise<Rows> {
  allow(ctx, "share.upload", link);
  const { ownerId, linkId } = link;
  const room = (await Quota.room(ctx, link)) ?? Infinity;
  const [limit] = await ctx.db
    .select({ bytes: shareLink.uploadLimitBytes, count: shareLink.uploadLimitCount, handle: user.handle })
    .from(shareLink)
    .innerJoin(user, eq(user.id, shareLink.ownerId))
    .where(and(eq(shareLink.id, linkId), isNull(shareLink.revokedAt), eq(shareLink.allowUpload, true)))
    // Guests of one link take turns; what they have sent before may become photos meanwhile.
    .for("no key update", { of: shareLink });
  if (!limit) throw full();
  const under = await renew(ctx, link, files);
  const fresh = files.filter((file) => !under.has(Upload.identity(file)));
  if (fresh.length === 0) return under;
  const bytes = fresh.reduce((sum, { size }) => sum + size, 0);
  const before = await Share.sentThrough(ctx, linkId);
  if (bytes > room || before.bytes + bytes > limit.bytes || before.count + fresh.length > limit.count) throw full();
  const begun = await Upload.begin(ctx, { ...link, handle: limit.handle }, fresh, (id, file) => ({
    state: "open",
    source: incomingKey(limit.handle, id),
    partSize: null,
    expiresAt: new Date(ctx.now().getTime() + lifeMs(file.size)),
    linkId,
    guestName,
  }));
  await Audit.note(ctx, { ownerId, action: "guest.send", details: { link: linkId, files: begun.length, name: guestName } });
  return new Map([...under, ...byIdentity(begun)]);
}

/** Those of these files that are on their way through this link, each with its whole life before it again. */
async function renew(ctx: Ctx, link: LinkActor, files: readonly Upload.NewFile[]): Promise<Rows> {
  allow(ctx, "share.upload", link);
  const hashes = files.map((file) => hexToBytes(file.sha256));
  const life = sql`make_interval(secs => ${lifeMs(0) / 1000}::float + ${upload.size} * ${(lifeMs(2 ** 30) - lifeMs(0)) / 1000 / 2 ** 30}::float)`;
  const rows = await ctx.db
    .update(upload)
    .set({ expiresAt: sql`${ctx.now().toISOString()}::timestamptz + ${life}` })
    .where(and(eq(upload.linkId, link.linkId), inArray(upload.sha256, hashes), inArray(upload.state, [...Upload.LIVING])))
    .returning();
  return byIdentity(rows);
}

function byIdentity(rows: readonly Upload.UploadRow[]): Rows {
  return new Map(rows.map((row) => [Upload.identity({ sha256: bytesToHex(row.sha256), size: row.size }), row]));
}

async function answer(ctx: Ctx, file: Upload.NewFile, row: Upload.UploadRow | undefined, isPinned: boolean): Promise<Upload.Planned> {
  const refused = refusal(file);
  if (refused) return { status: "refused", ...refused };
  if (!row?.source) return { status: "refused", code: "conflict", detail: "This cannot be taken just now. Try it again soon." };
  if (row.state === "received") return { status: "received", uploadId: row.id, expiresAt: row.expiresAt.toISOString() };
  const { sha256 } = file;
  const pins = { size: row.size, type: row.type, ...(isPinned && { sha256 }), expiresIn: URL_SECONDS };
  const request = await ctx.store.sign.put({ key: row.source, ...pins });
  return { status: "put", uploadId: row.id, request, expiresAt: new Date(ctx.now().getTime() + URL_SECONDS * 1000).toISOString() };
}

/** A guest says that all of it is at the store; ingest decides whether that is so. Throws `gone` for one that has ended. */
export async function complete(ctx: Ctx, id: string): Promise<Pick<Sent, "id" | "state">> {
  allow(ctx, "share.upload", linkOf(ctx));
  const link = linkOf(ctx);
  const [row] = await through(ctx, link.linkId, [id]);
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
export async function end(ctx: Ctx, id: string): Promise<void> {
  allow(ctx, "share.upload", linkOf(ctx));
  const link = linkOf(ctx);
  const [row] = await through(ctx, link.linkId, [id]);
  if (!row) throw nothing();
  await ctx.db
    .update(upload)
    .set({ state: "expired", reason: "Cancelled." })
    .where(and(eq(upload.id, id), eq(upload.state, "open")));
}

/** Where uploads through the link that acts stand; unknown ids are left out. */
export async function sent(ctx: Ctx, ids: readonly string[]): Promise<Sent[]> {
  allow(ctx, "share.upload", linkOf(ctx));
  const link = linkOf(ctx);
  const rows = await through(ctx, link.linkId, ids);
  // Whose quota it is, and what is in their bin, is not the guest's.
  const told = (reason: string | null): string | null => (reason === Quota.OVER_QUOTA ? NO_ROOM : reason);
  return rows.map(({ id, state, reason }) => ({
    id,
    state,
    reason: told(reason),
    safe: state === "committed",
    final: state === "failed" && reason !== null && reason.endsWith(NO_PICTURE),
  }));
}

function through({ db }: Pick<Ctx, "db">, linkId: string, ids: readonly string[]): Promise<Upload.UploadRow[]> {
  return db
    .select()
    .from(upload)
    .where(and(eq(upload.linkId, linkId), isAnyOf(upload.id, ids)));
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
