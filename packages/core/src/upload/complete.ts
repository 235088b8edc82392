import { ingestJob } from "#asset";
import { allow, AppError, type NewJob, userOf, type Ctx } from "#kernel";
import { isThere } from "#storage";
import { abortParts, getOwned, inState, placeOf, sentParts, URL_SECONDS, type UploadRow } from "./life.ts";
import { partLength, partPlan } from "./rules.ts";
import { upload } from "./upload.sql.ts";

/**
 * The hint that somebody waits for what lies at a key by now. Where the store tells of it itself, this is for when that is lost: else two would read
 * the same file at the same time, and make the same pictures of it.
 */
export function arrivalJob({ store, now }: Pick<Ctx, "store" | "now">, key: string): NewJob {
  const late = store.announces ? { runAt: new Date(now().getTime() + ANNOUNCED_MS) } : {};
  return { ...ingestJob(key), urgent: true, ...late };
}

/** In this time a store that tells of what arrives has told of it. */
const ANNOUNCED_MS = 30_000;

/** A part as the store acknowledged it to the client; `etag` with or without quotes. */
export type SentPart = { number: number; etag: string };

/**
 * The client says that all bytes are at the store: puts a multipart upload together and hints ingest, which alone decides whether they are right.
 * Idempotent, also for two calls at once, and right when the PUT was refused because an earlier try had already written the object.
 * Throws `conflict` with `missing` part numbers, `stale` for a part that was sent again meanwhile, `gone` when the upload has expired.
 */
export async function complete(ctx: Ctx, id: string, sent?: readonly SentPart[]): Promise<{ id: string; state: UploadRow["state"] }> {
  allow(ctx, "upload.write", { ownerId: userOf(ctx) });
  const row = await getOwned(ctx, id);
  if (row.state === "expired") throw new AppError("gone", "This upload has ended. Add the file again.");
  if (row.state === "committed" || row.state === "failed") return { id, state: row.state };
  if (row.state === "open" && !(await receive(ctx, row, sent))) return complete(ctx, id, sent);
  await ctx.queue.enqueue([arrivalJob(ctx, placeOf(row))]);
  return { id, state: "received" };
}

/** Makes an open upload a received one; false when another call has moved it on meanwhile, and the store with it. */
async function receive(ctx: Ctx, row: UploadRow, sent: readonly SentPart[] | undefined): Promise<boolean> {
  allow(ctx, "upload.write", { ownerId: row.ownerId });
  try {
    if (row.partSize !== null) await assemble(ctx, row, sent);
  } catch (error) {
    if ((await getOwned(ctx, row.id)).state === "open") throw error;
    return false;
  }
  const moved = await ctx.db.update(upload).set({ state: "received" }).where(inState(row)).returning({ id: upload.id });
  return moved.length > 0;
}

/**
 * Ends the actor's open upload. Idempotent. Its row stays until its URLs have run out. Bytes that have already arrived whole are kept and
 * come into the library, as anything put into the folder does: losing a photo would be worse than keeping one.
 * Throws `conflict` once the bytes have been received.
 */
export async function abort(ctx: Ctx, id: string): Promise<void> {
  allow(ctx, "upload.write", { ownerId: userOf(ctx) });
  const row = await getOwned(ctx, id);
  // The store may have been away when it was ended: then its parts are still there.
  if (row.state === "expired") return abortParts(ctx, row);
  if (row.state === "failed") return;
  if (row.state !== "open") throw new AppError("conflict", "This file has arrived already.");
  const expiresAt = new Date(ctx.now().getTime() + URL_SECONDS * 1000);
  await ctx.db.update(upload).set({ state: "expired", reason: "Cancelled.", expiresAt }).where(inState(row));
  await abortParts(ctx, row);
}

async function assemble(ctx: Ctx, row: UploadRow, sent: readonly SentPart[] | undefined): Promise<void> {
  const plan = partPlan(row.size);
  if (!plan || row.multipartId === null) throw new AppError("conflict", "No part of this upload has been sent yet.");
  const parts = await sentParts(ctx, row);
  // The store forgets a multipart upload once it is put together: an earlier try did that, and only its answer was lost.
  if (!parts && (await isThere(ctx.store, placeOf(row)))) return;
  const whole = (parts ?? []).filter((part) => part.size === partLength(row.size, plan.partSize, part.number));
  const have = new Set(whole.map((part) => part.number));
  const missing = Array.from({ length: plan.partCount }, (_, i) => i + 1).filter((number) => !have.has(number));
  if (missing.length > 0) {
    const detail = `${missing.length} of ${plan.partCount} parts are not at the store yet. Send them, then complete again.`;
    throw new AppError("conflict", detail, { extra: { missing: missing.slice(0, 100) } });
  }
  const etags = new Map(whole.map((part) => [part.number, part.etag]));
  const changed = sent?.find((part) => etags.get(part.number) !== part.etag.replaceAll('"', ""));
  if (changed) throw new AppError("stale", `Part ${changed.number} is not the one that you sent. Send it again.`);
  try {
    // Where uploads are staged nobody else writes, and the store may not know the condition.
    await ctx.store.multipart.complete(placeOf(row), row.multipartId, whole, { ifNoneMatch: row.source === null });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // Another call was quicker, and the store has forgotten the upload.
    if (error.code === "gone" && (await isThere(ctx.store, placeOf(row)))) return;
    // Something is at the key already: ingest finds out whether it is these bytes.
    if (error.code === "conflict") return abortParts(ctx, row);
    throw error;
  }
}
