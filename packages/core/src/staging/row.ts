import { and, desc, eq, inArray, isNotNull, isNull, ne, type SQL } from "drizzle-orm";
import { user } from "#account/table";
import * as Album from "#album";
import { asset } from "#asset/table";
import { allow, newId, type Ctx } from "#kernel";
import * as Ingest from "#ingest";
import { ingest } from "#ingest/table";
import { isReadable, type ObjectHead } from "#storage";
import * as Upload from "#upload";
import { upload } from "#upload/table";

type UploadRow = Upload.UploadRow;
type AssetRow = typeof asset.$inferSelect;

/** A person's id and folder. */
export type Owner = { ownerId: string; handle: string };

/** Whose folder this is; undefined when it is nobody's. */
export async function ownerOf(ctx: Pick<Ctx, "db">, handle: string): Promise<Owner | undefined> {
  const [row] = await ctx.db.select({ ownerId: user.id, handle: user.handle }).from(user).where(eq(user.handle, handle));
  return row;
}

/** The newest upload whose bytes arrive at `source`; with `sha256` that of these bytes. */
export async function uploadFrom(ctx: Pick<Ctx, "db">, source: string, sha256?: Uint8Array): Promise<UploadRow | undefined> {
  const these = and(eq(upload.source, source), ne(upload.key, source), sha256 && eq(upload.sha256, sha256));
  const [row] = await ctx.db.select().from(upload).where(these).orderBy(desc(upload.createdAt)).limit(1);
  return row;
}

/** One version of a staged object. */
type Version = Pick<ObjectHead, "key" | "etag" | "size" | "lastModified">;

/**
 * What the ledger knows a version of a staged object by. A store that is a folder has no etag for a file that a hand put there, and keeps the old one
 * of a file that is written over in its place.
 */
function versionOf({ etag, size, lastModified }: Version): string {
  return `${etag}/${size}/${Math.trunc(lastModified.getTime() / 1000)}`;
}

/** The sha256 of one version of a staged object, when it has been found out before. */
export async function hashOf(ctx: Pick<Ctx, "db">, head: Version): Promise<Uint8Array | undefined> {
  const version = and(eq(ingest.key, head.key), eq(ingest.etag, versionOf(head)));
  const [row] = await ctx.db.select({ sha256: ingest.sha256 }).from(ingest).where(version);
  return row?.sha256 ?? undefined;
}

/** Remembers the sha256 of one version of a staged object. */
export async function noteHash(ctx: Ctx, head: Version, sha256: Uint8Array): Promise<void> {
  allow(ctx, "ingest.run");
  await Ingest.writeLedger(ctx, head.key, versionOf(head), {}, sha256);
}

/** The owner's asset of these bytes, when its original is where it should be: the store is asked now. The bytes of a reference are another's. */
export async function holderOf(ctx: Ctx, ownerId: string, sha256: Uint8Array): Promise<AssetRow | undefined> {
  const [row] = await ctx.db
    .select()
    .from(asset)
    .where(and(eq(asset.ownerId, ownerId), eq(asset.sha256, sha256), eq(asset.missing, false), isNull(asset.sourceKey)));
  return row && (await isReadable(ctx.store, row)) ? row : undefined;
}

/** A failed upload whose right bytes came late tells their name and time, as one that ended does. */
export async function revive(ctx: Ctx, { id }: UploadRow): Promise<void> {
  allow(ctx, "ingest.run");
  await ctx.db
    .update(upload)
    .set({ state: "expired" })
    .where(and(eq(upload.id, id), eq(upload.state, "failed")));
}

/** These bytes are safe as an asset's, wherever the upload's own key is, and in the album that they were sent into. Call it in a transaction. */
export async function commit(ctx: Ctx, { id, ownerId, albumId, linkId }: UploadRow, assetId: string): Promise<void> {
  allow(ctx, "ingest.run");
  if (albumId !== null && linkId === null) await Album.include(ctx, { albumId, assetId, addedBy: ownerId });
  await ctx.db.update(upload).set({ state: "committed", assetId, reason: null }).where(eq(upload.id, id));
}

/** The bytes are not what was announced and are about to be removed; until they are, the sweep comes back to them. */
export async function refuse(ctx: Ctx, { id }: UploadRow, reason: string): Promise<void> {
  allow(ctx, "ingest.run");
  await ctx.db
    .update(upload)
    .set({ state: "received", reason })
    .where(and(eq(upload.id, id), isLiving()));
}

/** Nothing lies at `source` any more: an upload of which the bytes were refused has failed, and of what cannot be taken nothing need be told. */
export async function endRefused(ctx: Ctx, source: string): Promise<void> {
  allow(ctx, "ingest.run");
  await ctx.db
    .update(upload)
    .set({ state: "failed" })
    .where(and(eq(upload.source, source), eq(upload.state, "received"), isNotNull(upload.reason)));
  await ctx.db.delete(upload).where(and(eq(upload.source, source), eq(upload.key, source)));
}

/** Uploads whose bytes are said to be at `source`. */
export async function receivedFrom(ctx: Pick<Ctx, "db">, source: string): Promise<UploadRow[]> {
  return ctx.db
    .select()
    .from(upload)
    .where(and(eq(upload.source, source), eq(upload.state, "received")));
}

/** Uploads from `source` of other bytes than lie there now: what was copied of them in time still gets its name and its date from them. */
export async function outdate(ctx: Ctx, source: string, sha256?: Uint8Array): Promise<void> {
  allow(ctx, "ingest.run");
  await ctx.db
    .update(upload)
    .set({ state: "expired", reason: "It was replaced or taken away before it could be taken in." })
    .where(and(eq(upload.source, source), isLiving(), sha256 && ne(upload.sha256, sha256)));
}

/** What cannot be taken in is told of as a failed upload that leads nowhere: its key is where it lies. False when it was told before. */
export async function tell(
  ctx: Ctx,
  { ownerId }: Owner,
  source: string,
  file: { name: string; size: number; modifiedAt: string },
  reason: string,
) {
  allow(ctx, "ingest.run");
  const told = and(eq(upload.source, source), eq(upload.key, source));
  const [known] = await ctx.db.select({ size: upload.size, reason: upload.reason }).from(upload).where(told);
  if (known?.size === file.size && known.reason === reason) return false;
  await ctx.db.delete(upload).where(told);
  const now = ctx.now();
  const facts = { ...file, type: "application/octet-stream", sha256: new Uint8Array(), modifiedOffset: 0 };
  await ctx.db
    .insert(upload)
    .values({ ...facts, id: newId(now.getTime()), ownerId, state: "failed", reason, key: source, source, expiresAt: now });
  return true;
}

function isLiving(): SQL | undefined {
  return inArray(upload.state, [...Upload.LIVING]);
}
