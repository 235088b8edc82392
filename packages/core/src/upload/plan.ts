import { hexToBytes, bytesToHex } from "@noble/hashes/utils.js";
import { and, eq, inArray, isNull, or } from "drizzle-orm";
import * as Account from "#account";
import * as Album from "#album";
import { ingestJob, originalKey } from "#asset";
import { asset } from "#asset/table";
import { isAnyBytes, isAnyText, rowsOf } from "#columns";
import { allow, newId, together, transact, undefinedWhen, userOf, type Ctx } from "#kernel";
import * as Mark from "#mark";
import * as Quota from "#quota";
import { incomingKey, isThere, type PresignedRequest, unreadable } from "#storage";
import { freshExpiry, inState, lifeMs, LIVING, placeOf, URL_SECONDS, type UploadRow } from "./life.ts";
import { candidateKeys, keptName, mediaType, partPlan, PLACE_TAKEN, refusal, type NewFile } from "./rules.ts";
import { upload } from "./upload.sql.ts";

/**
 * What to do with a file: nothing, only wait (`received`: all of it is at the store and is being verified), one PUT, a multipart upload whose
 * parts are signed later, or nothing because it cannot be taken.
 */
export type Planned =
  | { status: "have"; assetId: string }
  | { status: "received"; uploadId: string; expiresAt: string }
  | { status: "put"; uploadId: string; request: PresignedRequest; expiresAt: string }
  | { status: "multipart"; uploadId: string; partSize: number; partCount: number; expiresAt: string }
  | {
      status: "refused";
      code: string;
      detail: string;
      /** Over the quota: how many bytes there is room for, which is less than the file has. */
      left?: number | undefined;
    };

/** How often a file may lose its key to another plan at the same time. */
const MAX_TRIES = 3;

type Scope = { ownerId: string; handle: string };

/**
 * Plans the upload of up to `MAX_FILES` files of the actor's; the answers are in the same order. The same bytes are known by sha256 within the
 * actor's own library only, and planning them again while their upload is open gives that upload again, with a new URL for the same key.
 * "Have" is said of originals that the store was just asked for: throws `storage_unavailable` when it does not answer.
 *
 * With `albumId` they go into that album: at once what is in the library already, the others when they are safe. Throws `not_found` and `forbidden`
 * where the actor may not add to it.
 */
export async function plan(ctx: Ctx, files: readonly NewFile[], albumId?: string): Promise<Planned[]> {
  allow(ctx, "upload.create", { ownerId: userOf(ctx) });
  const ownerId = userOf(ctx);
  if (albumId !== undefined) await Album.getVisible(ctx, albumId, "album.add");
  const wanted = new Map(files.filter((file) => !refusal(file)).map((file) => [identity(file), file]));
  const [handle, rows] = await together(ctx, (inside) => [Account.handleOf(inside, ownerId), alike(inside, ownerId, [...wanted.values()])]);
  const known = await readableOf(ctx, ownerId, rows);
  const missing = [...wanted.values()].filter((file) => !known.has(file.sha256));
  if (albumId !== undefined && known.size > 0) await addKnown(ctx, albumId, [...known.values()]);
  let uploads = await renew(ctx, ownerId, missing, albumId);
  let over: ReadonlySet<string> = new Set();
  let left = 0;
  for (let tries = 0; tries < MAX_TRIES && uploads.size < missing.length; tries++) {
    const fresh = missing.filter((file) => !uploads.has(identity(file)));
    const isPinned = await ctx.store.pins();
    const start: Start = (id) => ({ state: "open", source: isPinned ? null : incomingKey(handle, id) });
    await transact(ctx, async (inside) => {
      const room = await Quota.room(inside, { ownerId });
      const fitting = fits(fresh, room);
      left = Math.max(0, (room ?? 0) - fitting.reduce((sum, { size }) => sum + size, 0));
      over = new Set(fresh.filter((file) => !fitting.includes(file)).map(identity));
      await begin(inside, { ownerId, handle }, fitting, start);
    });
    if (over.size === fresh.length) break;
    uploads = await renew(ctx, ownerId, missing, albumId);
  }
  return Promise.all(
    files.map(async (file) => (over.has(identity(file)) && !refusal(file) ? { ...OVER, left } : answer(ctx, file, known, uploads))),
  );
}

const OVER = { status: "refused", code: "over_quota", detail: Quota.OVER_QUOTA } as const;

/** The files for which there is room, in their order. */
function fits(files: readonly NewFile[], room: number | undefined): NewFile[] {
  if (room === undefined) return [...files];
  let left = room;
  return files.filter(({ size }) => {
    const isFitting = size <= left;
    if (isFitting) left -= size;
    return isFitting;
  });
}

/** What is locked or in the bin stays there, and its file counts as sent all the same. */
async function addKnown(ctx: Ctx, albumId: string, ids: readonly string[]): Promise<void> {
  allow(ctx, "upload.create", { ownerId: userOf(ctx) });
  await Album.add(ctx, albumId, { ids, ranges: [] }).catch(undefinedWhen("not_found"));
}

async function answer(
  ctx: Ctx,
  file: NewFile,
  known: ReadonlyMap<string, string>,
  uploads: ReadonlyMap<string, UploadRow>,
): Promise<Planned> {
  const refused = refusal(file);
  if (refused) return { status: "refused", ...refused };
  const assetId = known.get(file.sha256);
  if (assetId !== undefined) return { status: "have", assetId };
  const row = uploads.get(identity(file));
  if (!row) return { status: "refused", code: "conflict", detail: "Another upload is taking this file's place. Try it again in a minute." };
  if (row.state === "received" && (await hasArrived(ctx, row))) {
    return { status: "received", uploadId: row.id, expiresAt: row.expiresAt.toISOString() };
  }
  const open = row.state === "received" ? await reopen(ctx, row) : row;
  const parts = partPlan(row.size);
  if (parts) return { status: "multipart", uploadId: row.id, ...parts, expiresAt: row.expiresAt.toISOString() };
  const request = await signPut(ctx, open);
  return { status: "put", uploadId: row.id, request, expiresAt: new Date(ctx.now().getTime() + URL_SECONDS * 1000).toISOString() };
}

/** What the store can be held to is pinned; where it cannot, the bytes are staged and nothing depends on it. */
function signPut(ctx: Ctx, row: UploadRow): Promise<PresignedRequest> {
  const { size, type, sha256, source } = row;
  const once = source === null && { sha256: bytesToHex(sha256) };
  return ctx.store.sign.put({ key: placeOf(row), size, type, ...once, expiresIn: URL_SECONDS });
}

/** Whether what was received is at the store: where it arrived, or already where it is copied to. */
async function hasArrived(ctx: Ctx, row: UploadRow): Promise<boolean> {
  return (await isThere(ctx.store, placeOf(row))) || (row.source !== null && (await isThere(ctx.store, row.key)));
}

/** What was received lies at the store no more: all of it is to be sent again, to where uploads go now. */
async function reopen(ctx: Ctx, row: UploadRow): Promise<UploadRow> {
  allow(ctx, "upload.write", { ownerId: row.ownerId });
  const source = (await ctx.store.pins()) ? null : incomingKey(await Account.handleOf(ctx, row.ownerId), row.id);
  await ctx.db.update(upload).set({ state: "open", multipartId: null, reason: null, source }).where(inState(row));
  return { ...row, source };
}

type Alike = Awaited<ReturnType<typeof alike>>;

/** The owner's assets with the bytes of these files. */
async function alike({ db }: Ctx, ownerId: string, files: readonly NewFile[]) {
  if (files.length === 0) return [];
  const hashes = files.map((file) => file.sha256);
  return db
    .select({
      id: asset.id,
      sha256: asset.sha256,
      key: asset.key,
      sourceKey: asset.sourceKey,
      size: asset.size,
      etag: asset.etag,
      trashedAt: asset.trashedAt,
      heldBy: asset.heldBy,
    })
    .from(asset)
    .where(and(eq(asset.ownerId, ownerId), isAnyBytes(asset.sha256, hashes), eq(asset.missing, false), isNull(asset.purgedAt)));
}

/**
 * Those of them whose originals are at the store, by the sha256 of their bytes, in hex. One that is not, although nobody has noticed yet,
 * is hinted as the sweep does it: ingest calls it missing, and what is sent now takes its place. Those in the bin are taken out of it, and what
 * guests
 * had sent of them is the owner's own.
 */
async function readableOf(ctx: Ctx, ownerId: string, rows: Alike): Promise<Map<string, string>> {
  if (rows.length === 0) return new Map();
  const originals = rows.map((row) => ({ ...row, key: originalKey(row) }));
  const gone = new Set(await unreadable(ctx.store, originals));
  if (gone.size > 0) await ctx.queue.enqueue([...gone].map(({ key }) => ingestJob(key)));
  const there = originals.filter((row) => !gone.has(row));
  const away = there.filter((row) => row.trashedAt !== null || row.heldBy !== null).map(({ id }) => id);
  const staying = away.length === 0 ? new Set() : await transact(ctx, (inside) => Mark.recover(inside, ownerId, away));
  return new Map(there.filter(({ id }) => !away.includes(id) || staying.has(id)).map((row) => [bytesToHex(row.sha256), row.id]));
}

/**
 * Makes an upload of a file that lies at `source` already; `file` is told by its own bytes. When one of the same bytes is under way that is given,
 * and undefined when another one has taken its key just now.
 */
export async function take(ctx: Ctx, scope: Scope, file: NewFile, source: string): Promise<UploadRow | undefined> {
  allow(ctx, "ingest.run");
  await begin(ctx, scope, [file], () => ({ state: "received", source }));
  return (await renew(ctx, scope.ownerId, [file])).get(identity(file));
}

/** What is not told by the file of an upload that begins; of a guest's the rest, too. */
type Start = (
  id: string,
  file: NewFile,
) => Pick<UploadRow, "state" | "source"> & Partial<Pick<UploadRow, "partSize" | "linkId" | "guestName" | "expiresAt">>;

/**
 * Makes one row for each file, under the first key that no other bytes have; a concurrent plan that took file or key wins quietly. Gives those that
 * were made.
 * A guest's has a key that is nobody else's, so that nothing of it depends on what its owner does with the same bytes.
 */
export async function begin(ctx: Ctx, scope: Scope & { albumId?: string }, files: readonly NewFile[], start: Start): Promise<UploadRow[]> {
  allow(ctx, scope.albumId === undefined ? "upload.create" : "share.upload", scope);
  const { ownerId, handle } = scope;
  if (files.length === 0) return [];
  const now = ctx.now();
  const wanted = files.map((file) => {
    const id = newId(now.getTime());
    const more = start(id, file);
    return { id, file, more, keys: candidateKeys(file, handle, more.linkId ? id.slice(-8) : undefined) };
  });
  const taken = await takenKeys(
    ctx,
    wanted.flatMap(({ keys }) => keys),
  );
  const rows = wanted.flatMap(({ id, file, more, keys }) => {
    const key = keys.find((candidate) => !taken.has(candidate));
    if (key === undefined) return [];
    taken.add(key);
    return [
      {
        id,
        ownerId,
        key,
        name: keptName(file.name),
        type: mediaType(file.type),
        size: file.size,
        sha256: hexToBytes(file.sha256),
        modifiedAt: file.modifiedAt,
        modifiedOffset: file.modifiedOffset ?? null,
        partSize: partPlan(file.size)?.partSize ?? null,
        createdAt: now,
        expiresAt: new Date(now.getTime() + lifeMs(partPlan(file.size) !== undefined)),
        ...more,
      },
    ];
  });
  return rows.length === 0 ? [] : ctx.db.insert(upload).select(rowsOf(upload, rows)).onConflictDoNothing().returning();
}

/** Which of these keys hold, or may come to hold, other bytes. What a failed upload had at its key was removed, unless it was somebody's own. */
async function takenKeys(ctx: Ctx, keys: readonly string[]): Promise<Set<string>> {
  const assets = await ctx.db.select({ key: asset.key }).from(asset).where(isAnyText(asset.key, keys));
  const uploads = await ctx.db
    .select({ key: upload.key })
    .from(upload)
    .where(and(isAnyText(upload.key, keys), or(inArray(upload.state, LIVING), eq(upload.reason, PLACE_TAKEN))));
  return new Set([...assets, ...uploads].map((row) => row.key));
}

/**
 * The owner's own uploads of these files that are under way, by the identity of their bytes, each with its whole life before it again. They go into
 * the album
 * named last.
 */
async function renew(ctx: Ctx, ownerId: string, files: readonly NewFile[], albumId?: string): Promise<Map<string, UploadRow>> {
  if (files.length === 0) return new Map();
  const hashes = files.map((file) => file.sha256);
  const rows = await ctx.db
    .update(upload)
    .set({ expiresAt: freshExpiry(ctx.now()), ...(albumId !== undefined && { albumId }) })
    .where(and(eq(upload.ownerId, ownerId), isNull(upload.linkId), isAnyBytes(upload.sha256, hashes), inArray(upload.state, LIVING)))
    .returning();
  return new Map(rows.map((row) => [identity({ sha256: bytesToHex(row.sha256), size: row.size }), row]));
}

/** Tells files apart by their bytes. */
export function identity(file: { sha256: string; size: number }): string {
  return `${file.sha256}:${file.size}`;
}
