import { and, asc, inArray, lt } from "drizzle-orm";
import { ingestJob } from "#asset";
import { allow, type Ctx } from "#kernel";
import { isThere } from "#storage";
import { abortParts, inState, lifeMs, LIVING, placeOf, type UploadRow } from "./life.ts";
import { upload } from "./upload.sql.ts";

const BATCH = 200;
/** How long rows of uploads that came to an end are kept, for clients that ask late. */
const KEPT_MS = 30 * 24 * 3_600_000;

export type Expired = { hinted: number; expired: number };

/**
 * Ends uploads whose time is over, and forgets those that ended long ago. No object is ever deleted here: for one that came late ingest is
 * hinted, and the upload lives on as received; at the key of one that failed, ingest has removed the wrong bytes, and a person may have put others.
 */
export async function expire(ctx: Ctx): Promise<Expired> {
  allow(ctx, "ingest.run");
  const result: Expired = { hinted: 0, expired: 0 };
  for (let due = await dueUploads(ctx); due.length > 0; due = await dueUploads(ctx)) {
    for (const row of due) result[await settle(ctx, row)]++;
  }
  const old = new Date(ctx.now().getTime() - KEPT_MS);
  await ctx.db.delete(upload).where(and(inArray(upload.state, ["committed", "failed", "expired"]), lt(upload.expiresAt, old)));
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
  if (await isThere(ctx.store, placeOf(row))) {
    const expiresAt = new Date(ctx.now().getTime() + lifeMs(false));
    await ctx.db.update(upload).set({ state: "received", expiresAt }).where(inState(row));
    await ctx.queue.enqueue([ingestJob(placeOf(row))]);
    return "hinted";
  }
  // What cannot be aborted takes room and harms nobody; it must not keep the uploads behind it from ending.
  await abortParts(ctx, row).catch((error: unknown) => ctx.log.warn("upload.not_aborted", { key: row.key, error }));
  await ctx.db.update(upload).set({ state: "expired", reason: "Not finished in time. Add the file again." }).where(inState(row));
  return "expired";
}
