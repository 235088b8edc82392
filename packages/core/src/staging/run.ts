import { bytesToHex } from "@noble/hashes/utils.js";
import { ingestJob } from "#asset";
import * as Ingest from "#ingest";
import { allow, AppError, transact, undefinedWhen, type Ctx } from "#kernel";
import type { AssetRow, Ports, Step } from "#media";
import * as Quota from "#quota";
import { headOf, INBOX, INCOMING, type ObjectHead, removeUnchanged, stagedParts } from "#storage";
import * as Upload from "#upload";
import { announced, fileOf, isAtRest, isPassedOver, REST_MS } from "./inbox.ts";
import { unwantedOf } from "./guest.ts";
import { move } from "./move.ts";
import {
  commit,
  endRefused,
  hashOf,
  holderOf,
  noteHash,
  outdate,
  type Owner,
  ownerOf,
  receivedFrom,
  refuse,
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

/**
 * With `steps`, those of ingest, what is copied is taken in at once, of the bytes that were read here; without, ingest is told and reads them anew:
 * after a try that came to no end. `giveUp` leaves out what is not needed to keep the file, after too many of them.
 */
type Input = { key: string; steps?: readonly Step[]; giveUp?: boolean };

type Staged = { ctx: Ctx; ports: Ports; steps: readonly Step[] | undefined; giveUp: boolean };

const TRIES = 3;

/** Whether an object at this key is on its way into the library. */
export function isStaged(key: string): boolean {
  return key.startsWith(INCOMING) || key.startsWith(INBOX);
}

/**
 * Brings a staged object further on its way into the library, from whatever state it is in: hashes it, copies it to its final key, and, where the
 * store says that these very bytes lie there, has ingest commit them and removes the object. Else it hints ingest, which reads the copy and
 * commits it; called again after that (the commit hints it) it removes the object, if it still is the one that was copied. Safe to call at any time
 * and any number of times. Throws when trying later can help.
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

async function runOnce(ctx: Ctx, ports: Ports, { key, steps, giveUp = false }: Input): Promise<Moved> {
  const staged = { ctx, ports, steps, giveUp };
  const row = key.startsWith(INCOMING) ? await uploadFrom(ctx, key) : undefined;
  if (row) return fromUpload(staged, row, key);
  // An upload of which the database knows nothing any more, since an earlier one was put back, is its owner's all the same.
  const parts = stagedParts(key);
  const owner = parts && (await ownerOf(ctx, parts.handle));
  if (!parts || !owner || isPassedOver(parts.path)) return { kind: "ignored" };
  // Its bytes are nearly always wanted.
  const opened = await ctx.store.open(key).catch(undefinedWhen("not_found"));
  if (!opened) return gone(ctx, key);
  let isRead = false;
  const read = (): ReadableStream<Uint8Array> => {
    isRead = true;
    return opened.body;
  };
  try {
    return await fromFolder(staged, { owner, name: parts.name }, opened.head, read);
  } finally {
    if (!isRead) await opened.body.cancel();
  }
}

/** What a client has sent: those very bytes, or they are removed. */
async function fromUpload(staged: Staged, row: Upload.UploadRow, key: string): Promise<Moved> {
  const { ctx, ports, steps } = staged;
  const head = await headOf(ctx.store, key);
  if (!head) return gone(ctx, key);
  const unwanted = await unwantedOf(ctx, row, head);
  if (unwanted !== undefined) return reject(ctx, row, head, unwanted);
  const announcedAs = { size: row.size, sha256: bytesToHex(row.sha256) };
  const seen = head.size === row.size ? await hashOf(ctx, head) : row.sha256;
  const read = seen ? undefined : await Ingest.readHashed(ctx, ports.hash, head, row.name, { md5: steps !== undefined });
  try {
    if (read) await noteHash(ctx, head, read.sha256);
    const wrong = Ingest.mismatch({ size: head.size, sha256: seen ?? read?.sha256 ?? row.sha256 }, announcedAs);
    return wrong === undefined ? await bring(staged, row, head, read) : await reject(ctx, row, head, wrong);
  } finally {
    if (read) Ingest.release(read);
  }
}

/** One step further; what the owner's library holds by now is removed here. */
async function bring({ ctx, ports, steps }: Staged, row: Upload.UploadRow, head: ObjectHead, read?: Ingest.Hashed): Promise<Moved> {
  const moved = await move(ctx, ports, { row, head, read, steps });
  if (moved.holder) return finish(ctx, ports, head, moved.holder, row);
  return moved.assetId === undefined ? { kind: "moving", to: row.key } : end(ctx, head, moved.assetId);
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
async function fromFolder(
  staged: Staged,
  { owner, name }: { owner: Owner; name: string },
  head: ObjectHead,
  bodyOf: () => ReadableStream<Uint8Array>,
): Promise<Moved> {
  const { ctx, ports, steps, giveUp } = staged;
  if (!isAtRest(head, ctx.now())) {
    await ctx.queue.enqueue([{ ...ingestJob(head.key), runAt: new Date(ctx.now().getTime() + REST_MS) }]);
    return { kind: "waiting" };
  }
  const file = fileOf(head, name);
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
  if (known) return bring(staged, known, head);
  const read = await Ingest.readHashed(ctx, ports.hash, head, name, { body: bodyOf(), md5: steps !== undefined });
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
    return await bring(staged, row, head, read);
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
  // Whoever committed it may have come to no end.
  if (holder.state === "stored") await ctx.queue.enqueue([Upload.arrivalJob(ctx, holder.key)]);
  return end(ctx, head, holder.id);
}

/** It is safe in the library, and lies here no more. */
async function end(ctx: Ctx, head: ObjectHead, assetId: string): Promise<Moved> {
  await removeUnchanged(ctx.store, head);
  await gone(ctx, head.key);
  ctx.log.info("staging.moved", { key: head.key, asset: assetId });
  return { kind: "moved", assetId };
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
