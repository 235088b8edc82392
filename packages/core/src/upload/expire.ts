import { and, asc, inArray, isNull, lt, min, ne, or, sql, type SQL } from "drizzle-orm";
import { ingestJob } from "#asset";
import { allow, type Ctx } from "#kernel";
import { isThere, type PendingUpload, readCapabilities } from "#storage";
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
  await ctx.db
    .delete(upload)
    .where(and(inArray(upload.state, ["committed", "failed", "expired"]), lt(upload.expiresAt, old), isForgettable()));
  return result;
}

/** When the next upload that is under way is given up; null when there is none. */
export async function nextExpiry(ctx: Ctx): Promise<Date | null> {
  allow(ctx, "ingest.run");
  const [first] = await ctx.db
    .select({ at: min(upload.expiresAt) })
    .from(upload)
    .where(inArray(upload.state, [...LIVING]));
  return first?.at ?? null;
}

/** What came through a link counts for it as long as there is one. */
function isForgettable(): SQL | undefined {
  return or(
    ne(upload.state, "committed"),
    isNull(upload.linkId),
    sql`not exists (select from share_link where share_link.id = ${upload.linkId})`,
  );
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

/** What was looked at; `lists` counts the LIST requests. */
export type Dropped = { pending: number; dropped: number; lists: number };

/**
 * Aborts multipart uploads that were begun longer ago than one may last and that no upload under way uses, as a lifecycle rule does where the
 * store has one: those of clients with keys of their own, of copies that were killed, of a database that was restored. Does nothing until the
 * store is set up. Throws what the store throws when it is asked for them.
 */
export async function dropStale(ctx: Ctx): Promise<Dropped> {
  allow(ctx, "ingest.run");
  const result: Dropped = { pending: 0, dropped: 0, lists: 0 };
  const rule = (await readCapabilities(ctx))?.setUp?.uploads;
  if (!rule || rule.state === "done") return result;
  const before = ctx.now().getTime() - lifeMs(true);
  for (let after: string | undefined, more = true; more;) {
    const { uploads, next } = await ctx.store.multipart.pending(after);
    result.lists++;
    result.pending += uploads.length;
    const old = uploads.filter(({ startedAt }) => startedAt.getTime() < before);
    for (const each of await unused(ctx, old)) if (await drop(ctx, each)) result.dropped++;
    after = next;
    more = next !== undefined;
  }
  return result;
}

/** One that a client has taken up again may be as old as that: its row says so. */
async function unused(ctx: Ctx, uploads: readonly PendingUpload[]): Promise<PendingUpload[]> {
  if (uploads.length === 0) return [];
  const ids = uploads.map(({ id }) => id);
  const rows = await ctx.db
    .select({ id: upload.multipartId })
    .from(upload)
    .where(and(inArray(upload.multipartId, ids), inArray(upload.state, [...LIVING])));
  const used = new Set(rows.map(({ id }) => id));
  return uploads.filter(({ id }) => !used.has(id));
}

async function drop(ctx: Ctx, { key, id, startedAt }: PendingUpload): Promise<boolean> {
  try {
    await ctx.store.multipart.abort(key, id);
    ctx.log.info("upload.parts_dropped", { key, startedAt });
    return true;
  } catch (error) {
    // It takes room and harms nobody; the others are to go all the same.
    ctx.log.warn("upload.not_aborted", { key, error });
    return false;
  }
}
