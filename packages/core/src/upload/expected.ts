import { bytesToHex } from "@noble/hashes/utils.js";
import { and, desc, eq, inArray, isNotNull } from "drizzle-orm";
import { allow, type Ctx } from "#kernel";
import { LIVING } from "./life.ts";
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
  /** In how many parts it is sent; undefined for one PUT. */
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
      partSize: upload.partSize,
      state: upload.state,
    })
    .from(upload)
    .where(and(eq(upload.key, key), inArray(upload.state, [...TELLING])))
    .orderBy(desc(upload.createdAt))
    .limit(1);
  if (!row) return undefined;
  const { state, partSize, ...told } = row;
  return {
    ...told,
    sha256: bytesToHex(row.sha256),
    parts: partSize === null ? undefined : Math.ceil(row.size / partSize),
    isOpen: LIVING.some((living) => living === state),
  };
}

/** The bytes at `key` are verified and belong to this asset: from now on the upload is safe. Called in the transaction that commits the asset. */
export async function commit(ctx: Ctx, key: string, assetId: string): Promise<void> {
  allow(ctx, "ingest.run");
  await ctx.db
    .update(upload)
    .set({ state: "committed", assetId, reason: null })
    .where(and(eq(upload.key, key), inArray(upload.state, [...TELLING])));
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

/** Nothing lies at `key` any more: an upload of which the bytes were refused has failed. */
export async function failRefused(ctx: Ctx, key: string): Promise<void> {
  allow(ctx, "ingest.run");
  await ctx.db
    .update(upload)
    .set({ state: "failed" })
    .where(and(eq(upload.key, key), eq(upload.state, "received"), isNotNull(upload.reason)));
}
