import { bytesToHex } from "@noble/hashes/utils.js";
import { and, eq } from "drizzle-orm";
import { asset } from "#asset/table";
import { chooseTaken } from "#date";
import { allow, AppError, newId, transact, type Ctx } from "#kernel";
import { fallbackOf, type AssetRow } from "#media";
import type { ObjectHead } from "#storage";
import * as Upload from "#upload";
import { writeLedger } from "./ledger.ts";
import { headOf, type Hashed } from "./object.ts";
import type { Origin } from "./origin.ts";

/** The ledger's name for "re-hashed from the store and committed". */
export const VERIFY = { name: "verify", version: 1 };

export type Verified = { kind: "stored" | "duplicate"; asset: AssetRow } | { kind: "rejected"; reason: string };

/** One version of an object, what was read of it, and where it comes from. */
export type Facts = { head: ObjectHead; read: Hashed; origin: Origin };

/**
 * Holds what was read against what the client announced, and commits it: from then on it is safe. Bytes that the owner already has under
 * another key are that asset's (`duplicate`), unless its own object has gone: then it has moved here. Other bytes than announced fail the
 * upload (`rejected`). Throws `conflict` when another worker commits the same bytes at the same time; trying again then finds them.
 */
export async function verify(ctx: Ctx, facts: Facts): Promise<Verified> {
  allow(ctx, "ingest.run");
  const { head, read, origin } = facts;
  const holder = await assetAt(ctx, head.key);
  const wrong = mismatch(read, origin.expected);
  if (wrong !== undefined) return reject(ctx, head.key, wrong, holder);
  const sameBytes = and(eq(asset.ownerId, origin.ownerId), eq(asset.sha256, read.sha256));
  const [twin] = await ctx.db.select().from(asset).where(sameBytes);
  if (twin && twin.key !== head.key && (await isThere(ctx, twin))) return duplicate(ctx, facts, twin, holder);
  return transact(ctx, async (inside) => {
    const row = await store(inside, facts, twin ?? holder);
    await Upload.commit(inside, head.key, row.id);
    await writeLedger(inside, head.key, head.etag, { [VERIFY.name]: VERIFY.version });
    return { kind: "stored", asset: row };
  });
}

/** The asset whose original lies at `key`. */
export async function assetAt(ctx: Pick<Ctx, "db">, key: string): Promise<AssetRow | undefined> {
  const [row] = await ctx.db.select().from(asset).where(eq(asset.key, key));
  return row;
}

/** Why these bytes are not the announced ones, in words for their owner; undefined when they are, or when nothing was announced. */
export function mismatch(read: { size: number; sha256: Uint8Array }, expected: Upload.Expected | undefined): string | undefined {
  if (!expected) return undefined;
  if (read.size !== expected.size) return `${read.size} of ${expected.size} bytes arrived. Add the file again.`;
  if (bytesToHex(read.sha256) !== expected.sha256) return "The file changed while it was being uploaded. Add it again.";
  return undefined;
}

/** Removes the object before the upload's row is closed, so that wrong bytes are never taken for a hand-made addition. An asset's object is never removed. */
async function reject(ctx: Ctx, key: string, reason: string, holder: AssetRow | undefined): Promise<Verified> {
  if (!holder) await ctx.store.remove([key]);
  await Upload.fail(ctx, key, reason);
  ctx.log.warn("ingest.rejected", { key, reason });
  return { kind: "rejected", reason };
}

/** The surplus copy of an upload is removed; one that a person put there stays, and the ledger keeps it from being looked at again. */
async function duplicate(ctx: Ctx, { head, origin }: Facts, twin: AssetRow, holder: AssetRow | undefined): Promise<Verified> {
  await transact(ctx, async (inside) => {
    await Upload.commit(inside, head.key, twin.id);
    const isSurplus = origin.expected !== undefined && !holder;
    if (!isSurplus) await writeLedger(inside, head.key, head.etag, { [VERIFY.name]: VERIFY.version });
    if (!holder) return;
    const reason = `Its file in storage was replaced by a copy of ${twin.name}.`;
    await inside.db
      .update(asset)
      .set({ etag: head.etag, state: "unprocessable", reason, updatedAt: ctx.now() })
      .where(eq(asset.id, holder.id));
  });
  if (origin.expected && !holder) await ctx.store.remove([head.key]);
  return { kind: "duplicate", asset: twin };
}

async function isThere(ctx: Ctx, { key, etag }: AssetRow): Promise<boolean> {
  return (await headOf(ctx, key))?.etag === etag;
}

/** Writes the row: a new asset, or what is now known of one that has these bytes or this key. */
async function store(ctx: Ctx, { head, read, origin }: Facts, known: AssetRow | undefined): Promise<AssetRow> {
  const { key, etag, size } = head;
  const { sha256, sha1, format } = read;
  const content = { key, etag, size, sha256, sha1, kind: format.kind, type: format.type };
  if (known) {
    const isSame = bytesToHex(known.sha256) === bytesToHex(sha256);
    if (!isSame) ctx.log.warn("ingest.overwritten", { key, asset: known.id });
    const [row] = await ctx.db
      .update(asset)
      .set({ ...content, ...(!isSame && { state: "stored", reason: null, thumbhash: null, derivedVersion: null }), updatedAt: ctx.now() })
      .where(eq(asset.id, known.id))
      .returning();
    if (row) return row;
  }
  const { ownerId, name, modified } = origin;
  const createdAt = ctx.now();
  const { localAt, offsetMinutes, zone, takenAt, provenance } = chooseTaken(
    { clocks: [], instants: [] },
    fallbackOf({ asset: { name, createdAt }, modified }),
  );
  const values = {
    id: newId(createdAt.getTime()),
    ownerId,
    name,
    state: "stored",
    ...content,
    localAt,
    offsetMinutes,
    zone,
    takenAt,
    provenance,
  } as const;
  const [row] = await ctx.db
    .insert(asset)
    .values({ ...values, createdAt, updatedAt: createdAt })
    .onConflictDoNothing()
    .returning();
  if (!row) throw new AppError("conflict", `Another worker is committing ${key}.`);
  return row;
}
