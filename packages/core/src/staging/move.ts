import { bytesToHex } from "@noble/hashes/utils.js";
import { ingestJob } from "#asset";
import * as Ingest from "#ingest";
import { allow, AppError, type Ctx } from "#kernel";
import type { AssetRow, Ports, Step } from "#media";
import { type Copied, isTaken, type ObjectHead } from "#storage";
import type * as Upload from "#upload";
import { holderOf, revive } from "./row.ts";

/** Bytes that are known to be the upload's, and where they lie; `read` when they were read just now, to be taken in with ingest's `steps`. */
export type Moving = { row: Upload.UploadRow; head: ObjectHead; read: Ingest.Hashed | undefined; steps: readonly Step[] | undefined };

/** Who has these bytes in the library: an asset that had them before, or since just now; neither when ingest was told of the copy. */
export type Brought = { holder?: AssetRow; assetId?: string };

/**
 * One step further with a staged object. A copy at its key is looked at by ingest whatever it is: should it be another file, the upload gets another
 * key, and should the owner have the bytes elsewhere, the copy is the surplus one. One that was made just now of what was read just now is not read
 * again, where the store says that it has these bytes.
 */
export async function move(ctx: Ctx, ports: Ports, { row, head, read, steps }: Moving): Promise<Brought> {
  allow(ctx, "ingest.run");
  const holder = await holderOf(ctx, row.ownerId, row.sha256);
  // What was just read there need not be looked for once more.
  const isCopied = holder?.key === row.key || (await isTaken(ctx.store, row.key));
  const isSettled = !isCopied || row.key === holder?.key || row.state === "committed";
  if (holder && isSettled) return { holder };
  if (row.state === "failed") await revive(ctx, row);
  const copied = isCopied ? undefined : await copy(ctx, head, row.key, read !== undefined);
  const place = copied && read && proven(copied, head, read);
  if (place && steps) {
    const outcome = await Ingest.runCopied(ctx, ports, { head: { ...head, ...place, key: row.key }, read, from: head.key }, steps);
    const isIn = outcome.kind === "ready" || outcome.kind === "unprocessable" || outcome.kind === "unchanged";
    return isIn && outcome.assetId !== null ? { assetId: outcome.assetId } : {};
  }
  // Before the next file is begun, this one is brought to its end. The store's own word of the copy is no news.
  await ctx.queue.enqueue([{ ...ingestJob(row.key), urgent: true }]);
  return {};
}

/** Copies this very version to a free key; what came to be there meanwhile is ingest's to look at. `isRead`: its bytes prove the copy. */
async function copy(ctx: Ctx, { key, etag, size }: ObjectHead, to: string, isRead: boolean): Promise<Copied | undefined> {
  try {
    return await ctx.store.copy(key, to, { etag, ifNoneMatch: true, ...(isRead && { size }) });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "conflict") throw error;
    return undefined;
  }
}

/**
 * The copy as HEAD would tell of it, when the store says that it has the bytes that were read: its etag is their MD5. It is another where a copy was
 * made in parts, or is encrypted with a key of somebody's own; and a source without an etag may change unseen before it is removed.
 */
function proven(
  { etag, lastModified }: Copied,
  head: ObjectHead,
  { md5 }: Ingest.Hashed,
): Pick<ObjectHead, "etag" | "lastModified"> | undefined {
  const isSame = head.etag !== "" && md5 !== undefined && etag === bytesToHex(md5);
  return isSame && lastModified ? { etag, lastModified } : undefined;
}
