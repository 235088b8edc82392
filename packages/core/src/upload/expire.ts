import { and, asc, eq, inArray, lt, notExists } from "drizzle-orm";
import { ingestJob } from "#asset";
import { asset } from "#asset/table";
import { allow, type Ctx } from "#kernel";
import { abortParts, inState, isThere, lifeMs, LIVING, type UploadRow } from "./life.ts";
import { upload } from "./upload.sql.ts";

const BATCH = 200;
/** How long rows of uploads that came to an end are kept, for clients that ask late. */
const KEPT_MS = 30 * 24 * 3_600_000;

export type Expired = { hinted: number; expired: number; removed: number };

/**
 * Ends uploads whose time is over. An object that is there is never deleted for being late: ingest is hinted, and the upload
 * lives on as received. Only what ingest found to be other bytes than announced is removed, and never when an asset holds that key.
 */
export async function expire(ctx: Ctx): Promise<Expired> {
  allow(ctx, "ingest.run");
  const result: Expired = { hinted: 0, expired: 0, removed: 0 };
  for (let due = await dueUploads(ctx); due.length > 0; due = await dueUploads(ctx)) {
    for (const row of due) result[await settle(ctx, row)]++;
  }
  result.removed = await removeFailed(ctx);
  const old = new Date(ctx.now().getTime() - KEPT_MS);
  await ctx.db.delete(upload).where(and(inArray(upload.state, ["committed", "expired"]), lt(upload.expiresAt, old)));
  return result;
}

function dueUploads(ctx: Ctx): Promise<UploadRow[]> {
  return ctx.db
    .select()
    .from(upload)
    .where(and(inArray(upload.state, [...LIVING]), lt(upload.expiresAt, ctx.now())))
    .orderBy(asc(upload.expiresAt))
    .limit(BATCH);
}

/** Moves a due upload on, out of the due ones in any case. */
async function settle(ctx: Ctx, row: UploadRow): Promise<"hinted" | "expired"> {
  if (await isThere(ctx, row.key)) {
    const expiresAt = new Date(ctx.now().getTime() + lifeMs(false));
    await ctx.db.update(upload).set({ state: "received", expiresAt }).where(inState(row));
    await ctx.queue.enqueue([ingestJob(row.key)]);
    return "hinted";
  }
  await abortParts(ctx, row);
  await ctx.db.update(upload).set({ state: "expired", reason: "Not finished in time. Add the file again." }).where(inState(row));
  return "expired";
}

async function removeFailed(ctx: Ctx): Promise<number> {
  const holder = ctx.db.select({ id: asset.id }).from(asset).where(eq(asset.key, upload.key));
  const failed = await ctx.db
    .select({ id: upload.id, key: upload.key })
    .from(upload)
    .where(and(eq(upload.state, "failed"), lt(upload.expiresAt, ctx.now()), notExists(holder)))
    .limit(BATCH);
  if (failed.length === 0) return 0;
  await ctx.store.remove(failed.map((row) => row.key));
  await ctx.db.delete(upload).where(
    inArray(
      upload.id,
      failed.map((row) => row.id),
    ),
  );
  return failed.length;
}
