import { bytesToHex } from "@noble/hashes/utils.js";
import { ingestJob } from "#asset";
import * as Ingest from "#ingest";
import { allow, AppError, transact, type Ctx } from "#kernel";
import type { AssetRow, Ports } from "#media";
import * as Quota from "#quota";
import { headOf, INBOX, INCOMING, isThere, type ObjectHead, removeUnchanged, stagedParts } from "#storage";
import * as Upload from "#upload";
import { announced, fileOf, isAtRest, isPassedOver, REST_MS } from "./inbox.ts";
import { unwantedOf } from "./guest.ts";
import {
  commit,
  endRefused,
  hashOf,
  holderOf,
  noteHash,
  outdate,
  ownerOf,
  type Owner,
  receivedFrom,
  refuse,
  revive,
  tell,
  uploadFrom,
} from "./row.ts";

/**
 * What became of a staged object. `moving`: its copy lies in the library and ingest is told; `moved`: it is safe there, and here no more.
 * `rejected`: other bytes than announced, removed. `refused`: it cannot be taken in, and stays. `waiting`: written a moment ago, and looked at
 * again soon. `ignored`: nobody's, or not finished.
 */
export type Moved =
  | { kind: "moving"; to: string }
  | { kind: "moved"; assetId: string }
  | { kind: "rejected" | "refused"; reason: string }
  | { kind: "gone" | "waiting" | "ignored" };

/** `giveUp` leaves out what is not needed to keep the file, after too many tries. */
type Input = { key: string; giveUp?: boolean };

const TRIES = 3;

/** Whether an object at this key is on its way into the library. */
export function isStaged(key: string): boolean {
  return key.startsWith(INCOMING) || key.startsWith(INBOX);
}

/**
 * Brings a staged object further on its way into the library, from whatever state it is in: hashes it, copies it to its final key and hints
 * ingest, which reads it there and commits it; called again after that (the commit hints it) it removes the object, if it still is the one
 * that was copied. Safe to call at any time and any number of times. Throws when trying later can help.
 */
export async function run(ctx: Ctx, ports: Ports, input: Input): Promise<Moved> {
  allow(ctx, "ingest.run");
  for (let tries = 1; ; tries++) {
    try {
      return await runOnce(ctx, ports, input);
    } catch (error) {
      if (tries === TRIES || !Ingest.hasMoved(error)) throw error;
    }
  }
}

async function runOnce(ctx: Ctx, ports: Ports, { key, giveUp = false }: Input): Promise<Moved> {
  const head = await headOf(ctx.store, key);
  if (!head) return gone(ctx, key);
  const row = key.startsWith(INCOMING) ? await uploadFrom(ctx, key) : undefined;
  // An upload of which the database knows nothing any more, since an earlier one was put back, is its owner's all the same.
  return row ? fromUpload(ctx, ports, head, row) : fromFolder(ctx, ports, head, giveUp);
}

/** What a client has sent: those very bytes, or they are removed. */
async function fromUpload(ctx: Ctx, ports: Ports, head: ObjectHead, row: Upload.UploadRow): Promise<Moved> {
  const unwanted = await unwantedOf(ctx, row, head);
  if (unwanted !== undefined) return reject(ctx, row, head, unwanted);
  const announcedAs = { size: row.size, sha256: bytesToHex(row.sha256) };
  const sha256 = head.size === row.size ? ((await hashOf(ctx, head)) ?? (await hash(ctx, ports, head, row.name))) : row.sha256;
  const wrong = Ingest.mismatch({ size: head.size, sha256 }, announcedAs);
  return wrong === undefined ? move(ctx, ports, row, head) : reject(ctx, row, head, wrong);
}

async function hash(ctx: Ctx, ports: Ports, head: ObjectHead, name: string): Promise<Uint8Array> {
  const sha256 = await bytesNow(ctx, ports, head, name);
  await noteHash(ctx, head, sha256);
  return sha256;
}

async function bytesNow(ctx: Ctx, ports: Ports, head: ObjectHead, name: string): Promise<Uint8Array> {
  const read = await Ingest.readHashed(ctx, ports.hash, head, name);
  Ingest.release(read);
  return read.sha256;
}

/** The upload says why before its bytes are removed, and ends after: whatever is killed in between, the sweep finishes. */
async function reject(ctx: Ctx, row: Upload.UploadRow, head: ObjectHead, reason: string): Promise<Moved> {
  ctx.log.warn("staging.rejected", { key: head.key, reason });
  await refuse(ctx, row, reason);
  await removeUnchanged(ctx.store, head);
  await endRefused(ctx, head.key);
  return { kind: "rejected", reason };
}

/** What somebody has dropped: whatever it is, it is theirs. */
async function fromFolder(ctx: Ctx, ports: Ports, head: ObjectHead, giveUp: boolean): Promise<Moved> {
  const parts = stagedParts(head.key);
  const owner = parts && (await ownerOf(ctx, parts.handle));
  if (!parts || !owner || isPassedOver(parts.path)) return { kind: "ignored" };
  if (!isAtRest(head, ctx.now())) {
    await ctx.queue.enqueue([{ ...ingestJob(head.key), runAt: new Date(ctx.now().getTime() + REST_MS) }]);
    return { kind: "waiting" };
  }
  const file = fileOf(head, parts.name);
  const leave = async (reason: string): Promise<Moved> => {
    const isNew = await tell(ctx, owner, head.key, file, reason);
    if (isNew) ctx.log.warn("staging.refused", { key: head.key, reason });
    return { kind: "refused", reason };
  };
  const refusal = Upload.refusal({ ...file, sha256: "" });
  if (refusal) return leave(refusal.detail);
  const seen = await hashOf(ctx, head);
  const known = seen && (await uploadFrom(ctx, head.key, seen));
  if (seen && (await lacksRoom(ctx, owner, head, { sha256: seen, known }))) return leave(Quota.OVER_QUOTA);
  if (known) return move(ctx, ports, known, head);
  const read = await Ingest.readHashed(ctx, ports.hash, head, parts.name);
  try {
    const holder = await holderOf(ctx, owner.ownerId, read.sha256);
    if (holder) return await finish(ctx, ports, head, holder);
    if (await Quota.isOver(ctx, owner.ownerId, head.size)) {
      await noteHash(ctx, head, read.sha256);
      return await leave(Quota.OVER_QUOTA);
    }
    const row = await Upload.take(ctx, owner, await announced(ctx, ports, file, { ...read, head }, giveUp), head.key);
    if (!row) throw new AppError("conflict", `Another upload is taking the place of ${head.key}.`);
    await outdate(ctx, head.key, read.sha256);
    await noteHash(ctx, head, read.sha256);
    return await move(ctx, ports, row, head);
  } finally {
    Ingest.release(read);
  }
}

/** Whether there is no room for what was not begun yet, or was refused for that, and is not in the library already. */
async function lacksRoom(
  ctx: Ctx,
  { ownerId }: Owner,
  head: ObjectHead,
  { sha256, known }: { sha256: Uint8Array; known: Upload.UploadRow | undefined },
): Promise<boolean> {
  if (known && !(known.state === "failed" && known.reason === Quota.OVER_QUOTA)) return false;
  return (await Quota.isOver(ctx, ownerId, head.size)) && (await holderOf(ctx, ownerId, sha256)) === undefined;
}

/**
 * One step further with bytes that are known to be the upload's. A copy at its key is looked at by ingest whatever it is: should it be another
 * file, the upload gets another key, and should the owner have the bytes elsewhere, the copy is the surplus one.
 */
async function move(ctx: Ctx, ports: Ports, row: Upload.UploadRow, head: ObjectHead): Promise<Moved> {
  const [holder, isCopied] = await Promise.all([holderOf(ctx, row.ownerId, row.sha256), isThere(ctx.store, row.key)]);
  const isSettled = !isCopied || row.key === holder?.key || row.state === "committed";
  if (holder && isSettled) return finish(ctx, ports, head, holder, row);
  if (row.state === "failed") await revive(ctx, row);
  if (!isCopied) await copy(ctx, head, row.key);
  // Before the next file is begun, this one is brought to its end.
  await ctx.queue.enqueue([Upload.arrivalJob(ctx, row.key)]);
  return { kind: "moving", to: row.key };
}

/** Copies this very version to a free key; what came to be there meanwhile is ingest's to look at. */
async function copy(ctx: Ctx, { key, etag }: ObjectHead, to: string): Promise<void> {
  try {
    await ctx.store.copy(key, to, { etag, ifNoneMatch: true });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "conflict") throw error;
  }
}

/**
 * The owner's library holds these bytes, as the store said just now: what lies here is one copy too many. Where the store has no etag, a file of the
 * same size that was written within the same second looks the same, so it is read once more.
 */
async function finish(ctx: Ctx, ports: Ports, head: ObjectHead, holder: AssetRow, row?: Upload.UploadRow): Promise<Moved> {
  if (head.etag === "") {
    const sha256 = await bytesNow(ctx, ports, head, holder.name);
    if (bytesToHex(sha256) !== bytesToHex(holder.sha256)) {
      await Ingest.forget(ctx, head.key);
      throw new AppError("stale", `${head.key} changed while it was moved.`);
    }
  }
  // What lies here still of one that was committed before is not brought again.
  if (row?.state !== "committed") {
    await transact(ctx, async (inside) => {
      await Ingest.keep(inside, holder, row);
      if (row) await commit(inside, row, holder.id);
    });
  }
  await removeUnchanged(ctx.store, head);
  await gone(ctx, head.key);
  ctx.log.info("staging.moved", { key: head.key, asset: holder.id });
  return { kind: "moved", assetId: holder.id };
}

/** Nothing lies here: it has been moved or refused, or was taken away. What was copied of it is for ingest to find. */
async function gone(ctx: Ctx, key: string): Promise<Moved> {
  await Ingest.forget(ctx, key);
  await endRefused(ctx, key);
  const waiting = await receivedFrom(ctx, key);
  if (waiting.length > 0) await ctx.queue.enqueue(waiting.map((row) => ingestJob(row.key)));
  if (key.startsWith(INBOX)) await outdate(ctx, key);
  return { kind: "gone" };
}
