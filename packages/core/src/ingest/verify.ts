import { bytesToHex } from "@noble/hashes/utils.js";
import { and, eq } from "drizzle-orm";
import { ingestJob } from "#asset";
import { asset } from "#asset/table";
import { chooseTaken } from "#date";
import { allow, AppError, newId, transact, type Ctx } from "#kernel";
import * as Guest from "#guest";
import * as Mark from "#mark";
import { fallbackOf, type AssetRow } from "#media";
import * as Quota from "#quota";
import * as Reference from "#reference";
import { handleOf, isReadable, longerKey, lostKey, type ObjectHead, removeUnchanged } from "#storage";
import * as Timeline from "#timeline";
import * as Upload from "#upload";
import { forget, forgetCopies, writeLedger } from "./ledger.ts";
import type { Hashed } from "./object.ts";
import { handMade, mismatch, newName, type Origin } from "./origin.ts";

/** The ledger's name for "hashed as the store has it, here or where the store has copied it from, and committed". */
export const VERIFY = { name: "verify", version: 1 };

/** With the origin that the bytes turned out to have. */
export type Verified = { kind: "stored" | "duplicate"; asset: AssetRow; origin: Origin } | { kind: "rejected"; reason: string };

/**
 * One version of an object, what was read of it, where it comes from, and the asset that has its original at this key. `mover` is the key of what it
 * was copied from, where that is under way at this moment.
 */
export type Facts = { head: ObjectHead; read: Hashed; origin: Origin; holder: AssetRow | undefined; mover?: string };

/**
 * Holds what was read against what the client announced, and commits it: from then on it is safe. Bytes that the owner already has under
 * another key are that asset's (`duplicate`), unless its own object has gone: then it has moved here. Other bytes than announced fail the
 * upload: what it was put together from is removed (`rejected`), and what somebody put in its place is theirs and comes in as such. An upload
 * that has ended tells name and time of its own bytes only. Throws `conflict` when another worker commits the same bytes at the same time,
 * `stale` when other bytes came before the wrong ones were removed; trying again then finds them.
 */
export async function verify(ctx: Ctx, facts: Facts): Promise<Verified> {
  allow(ctx, "ingest.run");
  const { head, read, origin } = facts;
  const { expected } = origin;
  const wrong = expected && mismatch(read, expected);
  const holder = await holderOf(ctx, facts);
  if (wrong === undefined) return commit(ctx, { ...facts, holder });
  if (expected && (expected.isOpen || expected.source !== null)) {
    ctx.log.warn("ingest.refused", { key: head.key, reason: wrong });
    if (!holder && isAssembled(head, expected)) return reject(ctx, head, wrong);
    await Upload.displace(ctx, head.key, expected);
  }
  return commit(ctx, { ...facts, holder, origin: (await handMade(ctx, head)) ?? { ...origin, expected: undefined } });
}

/**
 * Whose original lies here. A reference has none here yet: other bytes that came to lie at its key are an asset of their own, and it gets another.
 */
async function holderOf(ctx: Ctx, { holder, read }: Facts): Promise<AssetRow | undefined> {
  if (!holder || holder.sourceKey === null) return holder;
  const sha256 = bytesToHex(holder.sha256);
  if (sha256 === bytesToHex(read.sha256)) return holder;
  let key = longerKey(holder.key, sha256) ?? lostKey(holder.id);
  for (let next = longerKey(key, sha256); next !== undefined; next = longerKey(key, sha256)) key = next;
  await ctx.db.update(asset).set({ key }).where(eq(asset.id, holder.id));
  return undefined;
}

/**
 * Whether an upload's own bytes can be other ones: those of a PUT are pinned by its signature, only parts can be of a file that changed meanwhile.
 */
function isAssembled(head: ObjectHead, expected: Upload.Expected): boolean {
  return expected.parts !== undefined && head.etag.endsWith(`-${expected.parts}`);
}

async function commit(ctx: Ctx, facts: Facts): Promise<Verified> {
  const { head, read, origin, holder } = facts;
  // Nearly always the bytes are new, and then nothing else has to be asked.
  const fresh = holder ? undefined : await transact(ctx, (inside) => insert(inside, facts)).catch(overQuota);
  // It was planned while there was room; whoever sends it still has it.
  if (fresh === "over") return reject(ctx, head, Quota.OVER_QUOTA);
  if (fresh) return { kind: "stored", asset: fresh, origin };
  const sameBytes = and(eq(asset.ownerId, origin.ownerId), eq(asset.sha256, read.sha256));
  const [twin] = await ctx.db.select().from(asset).where(sameBytes);
  // A missing one's etag may be that of other bytes, which lie at its key now.
  const isGoing = twin && twin.purgedAt !== null && twin.key !== head.key;
  if (isGoing) throw new AppError("conflict", `${twin.key} is being deleted, and ${head.key} waits for that.`);
  // The bytes of a reference are another's: these are its owner's own, and take their place.
  const isHeld = twin && twin.sourceKey === null && !twin.missing && twin.key !== head.key && (await isReadable(ctx.store, twin));
  if (isHeld) return duplicate(ctx, facts, twin);
  const known = twin ?? holder;
  if (!known) throw new AppError("conflict", `Another worker is committing ${head.key}.`);
  return transact(ctx, async (inside) => {
    if (holder && known.id !== holder.id) await moveAside(inside, holder, known);
    return { kind: "stored", asset: await update(inside, facts, known), origin };
  });
}

function overQuota(error: unknown): "over" {
  if (error instanceof AppError && error.code === "over_quota") return "over";
  throw error;
}

/** The asset whose original lies at `key`. */
export async function assetAt(ctx: Pick<Ctx, "db">, key: string): Promise<AssetRow | undefined> {
  const [row] = await ctx.db.select().from(asset).where(eq(asset.key, key));
  return row;
}

/** The upload says why before its bytes are removed, and ends after: whatever is killed in between, the sweep finishes. */
async function reject(ctx: Ctx, head: ObjectHead, reason: string): Promise<Verified> {
  await Upload.refuse(ctx, head.key, reason);
  // The same file may have been sent again, and be safe by now.
  await removeUnchanged(ctx.store, head);
  await Upload.failRefused(ctx, head.key);
  return { kind: "rejected", reason };
}

/** The surplus copy of an upload is removed; one that a person put there stays, and the ledger keeps it from being looked at again. */
async function duplicate(ctx: Ctx, { head, read, origin, holder }: Facts, twin: AssetRow): Promise<Verified> {
  const isSurplus = origin.expected?.isOpen === true && !holder;
  await transact(ctx, async (inside) => {
    await keep(inside, twin, origin.expected);
    if (origin.expected) await Upload.commit(inside, head.key, twin.id);
    if (!isSurplus) await writeLedger(inside, head.key, head.etag, { [VERIFY.name]: VERIFY.version }, read.sha256);
    if (!holder) return;
    await lose(inside, holder, { etag: head.etag, reason: replacedBy(twin) });
  });
  if (!isSurplus) return { kind: "duplicate", asset: twin, origin };
  if (await isReadable(ctx.store, twin)) await removeUnchanged(ctx.store, head);
  // A hand has moved the other copy meanwhile: this is the last one.
  else await ctx.queue.enqueue([ingestJob(head.key)]);
  return { kind: "duplicate", asset: twin, origin };
}

/** What says who brings something: a guest, or else its owner. */
type Bringer = { linkId: string | null; guestName: string | null };

/**
 * These bytes were brought again: whoever brings what is theirs wants to have it, and what a guest brings waits for its owner's word. Throws
 * `conflict` when
 * the asset goes for good by now, and its bytes with it: those that were brought wait for that. Call it with the ctx of the transaction that counts
 * on it.
 */
export async function keep(ctx: Ctx, twin: Pick<AssetRow, "id" | "ownerId" | "key">, by: Bringer | undefined): Promise<void> {
  allow(ctx, "ingest.run");
  const sender = senderOf(by);
  const stays = sender ? await Guest.bring(ctx, twin.id, sender) : (await Mark.recover(ctx, twin.ownerId, [twin.id])).has(twin.id);
  if (!stays) throw new AppError("conflict", `${twin.key} is being deleted, and what was brought again waits for that.`);
}

function senderOf(by: Bringer | undefined): Guest.Sender | undefined {
  return by && by.linkId !== null ? { linkId: by.linkId, guestName: by.guestName } : undefined;
}

/** The bytes of `holder` were overwritten by those of `twin`, which moved here: it gives up the key, and says so. Its own may come back elsewhere. */
async function moveAside(ctx: Ctx, holder: AssetRow, twin: AssetRow): Promise<void> {
  ctx.log.warn("ingest.overwritten", { key: holder.key, asset: holder.id, by: twin.id });
  await lose(ctx, holder, { key: lostKey(holder.id), reason: replacedBy(twin) });
}

function replacedBy(twin: AssetRow): string {
  return `Its file in storage was replaced by ${twin.name}.`;
}

/** Marks an asset whose original is not in the store any more, and shows it so. */
export async function lose(ctx: Ctx, row: AssetRow, change: { reason: string; key?: string; etag?: string }): Promise<void> {
  allow(ctx, "ingest.run");
  await ctx.db
    .update(asset)
    .set({ ...change, state: "unprocessable", missing: true, updatedAt: ctx.now() })
    .where(eq(asset.id, row.id));
  await Timeline.touch(ctx, row.ownerId, [row.localAt]);
  await Reference.sourceChanged(ctx, row.id);
  await recover(ctx, row);
}

/** Has ingest look again at the copies that the owner of bytes keeps beside them: one takes their place. */
export async function recover(ctx: Ctx, row: Pick<AssetRow, "key" | "sha256">): Promise<void> {
  allow(ctx, "ingest.run");
  const handle = handleOf(row.key);
  const copies = handle === undefined ? [] : await forgetCopies(ctx, handle, row.sha256);
  if (copies.length > 0) await ctx.queue.enqueue(copies.map(ingestJob));
}

/** A new asset; undefined when there is one with this key or these bytes already. */
async function insert(ctx: Ctx, facts: Facts): Promise<AssetRow | undefined> {
  const { ownerId, name, modified, expected } = facts.origin;
  const createdAt = ctx.now();
  const fallback = fallbackOf({ asset: { name, createdAt }, modified });
  const { localAt, offsetMinutes, zone, takenAt, provenance } = chooseTaken({ clocks: [], instants: [] }, fallback);
  const when = { localAt, offsetMinutes, zone, takenAt, provenance, createdAt, updatedAt: createdAt };
  // What a guest sent waits for its owner's word, and is in no list of theirs until then; where there is nothing to wait at it stays in the bin.
  const sender = senderOf(expected);
  const guest = sender && { guestName: sender.guestName, trashedAt: createdAt };
  const values = { id: newId(createdAt.getTime()), ownerId, name, state: "stored", ...contentOf(facts), ...when, ...guest } as const;
  const [row] = await ctx.db.insert(asset).values(values).onConflictDoNothing().returning();
  if (row && sender) await Guest.bring(ctx, row.id, sender);
  if (row && expected) await Upload.commit(ctx, facts.head.key, row.id, facts.mover);
  // What somebody has put there by hand is not ours to refuse; it counts all the same.
  if (row && expected?.isOpen === true) await Quota.mustHold(ctx, ownerId);
  return row;
}

/** What is now known of an asset that has these bytes or this key; other bytes than before are to be read afresh. */
async function update(ctx: Ctx, facts: Facts, known: AssetRow): Promise<AssetRow> {
  const { key } = facts.head;
  const isSame = bytesToHex(known.sha256) === bytesToHex(facts.read.sha256);
  if (!isSame) ctx.log.warn("ingest.overwritten", { key, asset: known.id });
  // Should the bytes of before come back under their etag, nothing is done for them any more.
  if (!isSame) await forget(ctx, key);
  // The new bytes may belong to another month; the one that it is shown in now learns of it here.
  if (!isSame && known.state !== "stored") await Timeline.touch(ctx, known.ownerId, [known.localAt]);
  const afresh = isSame ? {} : ({ ...UNREAD, state: "stored", provenance: datedBy(known) } as const);
  const pictures = known.sourceKey === null ? {} : { derivedVersion: null, derivedBytes: null };
  const name = isSame && !facts.origin.expected ? (newName(known.key, key) ?? known.name) : known.name;
  const by = facts.origin.expected?.isOpen === true ? facts.origin.expected : undefined;
  // What was brought anew, or has moved, is not in the bin any more, and is not to go; by a guest it is brought to wait for a word.
  const isThere = (isSame && known.key === key && !known.missing) || senderOf(by);
  const kept = isThere ? {} : { trashedAt: null, purgedAt: null };
  const change = { ...contentOf(facts), ...pictures, ...afresh, ...kept, name, updatedAt: ctx.now() };
  const [row] = await ctx.db.update(asset).set(change).where(eq(asset.id, known.id)).returning();
  if (!row) throw new AppError("conflict", `The asset of ${key} has gone.`);
  await Reference.sourceChanged(ctx, row.id);
  if (by) await keep(ctx, row, by);
  if (facts.origin.expected) await Upload.commit(ctx, key, row.id, facts.mover);
  return row;
}

/** What other bytes told: place, words and camera are theirs, and must not be shown for the new ones, which may never be read. */
const UNREAD = {
  reason: null,
  thumbhash: null,
  derivedVersion: null,
  derivedBytes: null,
  width: null,
  height: null,
  orientation: null,
  durationMs: null,
  latitude: null,
  longitude: null,
  zone: null,
  description: null,
  exif: {},
};

/** The date stays until the new bytes are read: see modifiedOf. */
function datedBy({ provenance: { localAt, offset } }: AssetRow): AssetRow["provenance"] {
  return { ...(localAt !== undefined && { localAt }), ...(offset !== undefined && { offset }) };
}

function contentOf({ head: { key, etag, size }, read: { sha256, sha1, format } }: Facts) {
  return { key, etag, size, sha256, sha1, kind: format.kind, type: format.type, missing: false, sourceId: null, sourceKey: null };
}
