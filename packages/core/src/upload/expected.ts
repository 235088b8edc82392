import { bytesToHex } from "@noble/hashes/utils.js";
import { and, desc, eq, gt, inArray, isNotNull, isNull, sql } from "drizzle-orm";
import * as Album from "#album";
import { ingestJob } from "#asset";
import { allow, transact, type Ctx } from "#kernel";
import { job } from "#kernel/table";
import { INCOMING, longerKey } from "#storage";
import { LIVING } from "./life.ts";
import { PLACE_TAKEN } from "./rules.ts";
import { upload } from "./upload.sql.ts";

/** What a client said about the object that it was going to put at a key. `sha256` is lower-case hex, `modifiedAt` a wall clock. */
export type Expected = {
  id: string;
  ownerId: string;
  name: string;
  type: string;
  size: number;
  sha256: string;
  modifiedAt: string;
  modifiedOffset: number | null;
  /** Of a guest's: through which link it comes, and the name that they gave. */
  linkId: string | null;
  guestName: string | null;
  /** Where its bytes are copied from, while they are not safe yet; null for one whose bytes come to the key itself. */
  source: string | null;
  /** In how many parts it is sent to the key; undefined for one PUT, and for what is copied there. */
  parts: number | undefined;
  /** False once the upload has ended: then it announces nothing, and other bytes at its key are somebody's own doing. */
  isOpen: boolean;
};

/** An upload that ended still tells name and time when its bytes arrive late; one that failed had other bytes. */
const TELLING = [...LIVING, "expired", "committed"] as const;

/** What is expected at `key`; undefined when no client announced it (put there by hand or by another tool). */
export async function expected(ctx: Ctx, key: string): Promise<Expected | undefined> {
  allow(ctx, "ingest.run");
  const [row] = await ctx.db
    .select({
      id: upload.id,
      ownerId: upload.ownerId,
      name: upload.name,
      type: upload.type,
      size: upload.size,
      sha256: upload.sha256,
      modifiedAt: upload.modifiedAt,
      modifiedOffset: upload.modifiedOffset,
      linkId: upload.linkId,
      guestName: upload.guestName,
      partSize: upload.partSize,
      source: upload.source,
      state: upload.state,
    })
    .from(upload)
    .where(and(eq(upload.key, key), inArray(upload.state, [...TELLING])))
    .orderBy(desc(upload.createdAt))
    .limit(1);
  if (!row) return undefined;
  const { state, partSize, source, ...told } = row;
  return {
    ...told,
    source: state === "committed" ? null : source,
    sha256: bytesToHex(row.sha256),
    parts: partSize === null || source !== null ? undefined : Math.ceil(row.size / partSize),
    isOpen: LIVING.some((living) => living === state),
  };
}

/**
 * The bytes at `key` are verified and belong to this asset: from now on the upload is safe and in the album that it was sent into, and what was
 * staged for it can go; `mover` is what whoever calls removes. Called in the transaction that commits the asset.
 */
export async function commit(ctx: Ctx, key: string, assetId: string, mover?: string): Promise<void> {
  allow(ctx, "ingest.run");
  await transact(ctx, async (inside) => {
    const albums = await inside.db
      .selectDistinct({ albumId: upload.albumId, addedBy: upload.ownerId })
      .from(upload)
      .where(and(eq(upload.key, key), inArray(upload.state, [...LIVING, "expired"]), isNotNull(upload.albumId), isNull(upload.linkId)))
      .orderBy(upload.albumId);
    const rows = await inside.db
      .update(upload)
      .set({ state: "committed", assetId, reason: null })
      .where(and(eq(upload.key, key), inArray(upload.state, [...TELLING])))
      .returning({ source: upload.source });
    for (const { albumId, addedBy } of albums) if (albumId !== null) await Album.include(inside, { albumId, assetId, addedBy });
    const sources = rows.flatMap(({ source }) => source ?? []).filter((source) => source !== mover);
    if (sources.length > 0) await inside.queue.enqueue(sources.map(ingestJob));
    if (ctx.store.announces) await dropLateWord(inside, key);
  });
}

/** What the client said was for when the store's own word is lost: it has come. Hints of others, and what is being worked on, stay. */
async function dropLateWord({ db }: Ctx, key: string): Promise<void> {
  const { kind, dedupe = null } = ingestJob(key);
  if (dedupe === null) return;
  const isTheirs = and(eq(job.kind, kind), eq(job.dedupe, dedupe), eq(job.urgent, true), eq(job.attempts, 0));
  await db.delete(job).where(and(isTheirs, eq(job.leased, false), gt(job.runAt, sql`clock_timestamp()`)));
}

/** Another file lies at the upload's key: what was staged for it goes to another one; what was to come there itself has failed. */
export async function displace(ctx: Ctx, key: string, { id, sha256, source }: Expected): Promise<void> {
  allow(ctx, "ingest.run");
  const other = source === null ? undefined : longerKey(key, sha256);
  if (source === null || other === undefined) return fail(ctx, key, PLACE_TAKEN);
  const unsafe = and(eq(upload.id, id), eq(upload.key, key), inArray(upload.state, [...LIVING, "expired"]));
  await ctx.db.update(upload).set({ key: other }).where(unsafe);
  await ctx.queue.enqueue([ingestJob(source)]);
}

/** The bytes at `key` are not what was announced; `reason` tells its owner what to do. They stay: they are somebody else's doing. */
export async function fail(ctx: Ctx, key: string, reason: string): Promise<void> {
  allow(ctx, "ingest.run");
  await ctx.db
    .update(upload)
    .set({ state: "failed", reason })
    .where(and(eq(upload.key, key), inArray(upload.state, [...LIVING])));
}

/**
 * The bytes at `key` are not what was announced, and are about to be removed. Until they are the upload keeps its key, so that nobody takes them
 * for a hand-made addition, and the sweep comes back to it; `failRefused` ends it then.
 */
export async function refuse(ctx: Ctx, key: string, reason: string): Promise<void> {
  allow(ctx, "ingest.run");
  await ctx.db
    .update(upload)
    .set({ state: "received", reason })
    .where(and(eq(upload.key, key), inArray(upload.state, [...LIVING])));
}

/** Nothing lies at `key` any more: an upload of which the bytes were refused has failed, and what was staged for it can go. */
export async function failRefused(ctx: Ctx, key: string): Promise<void> {
  allow(ctx, "ingest.run");
  const rows = await ctx.db
    .update(upload)
    .set({ state: "failed" })
    .where(and(eq(upload.key, key), eq(upload.state, "received"), isNotNull(upload.reason)))
    .returning({ source: upload.source });
  const sources = rows.flatMap(({ source }) => source ?? []).filter((source) => source.startsWith(INCOMING));
  if (sources.length > 0) await ctx.queue.enqueue(sources.map(ingestJob));
}
