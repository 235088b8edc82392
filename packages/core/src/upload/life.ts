import { and, eq, sql, type SQL } from "drizzle-orm";
import { allow, AppError, undefinedWhen, userOf, type Ctx } from "#kernel";
import type { Part } from "#storage";
import { upload } from "./upload.sql.ts";

export type UploadRow = typeof upload.$inferSelect;

/** How long a presigned request of an upload works. */
export const URL_SECONDS = 15 * 60;

/** States in which an upload's key is its own. */
export const LIVING: readonly ("open" | "received")[] = ["open", "received"];

const HOUR = 3_600_000;
const PUT_HOURS = 24;
const MULTIPART_HOURS = 48;

/** How long an upload may stay unfinished: long enough to resume it the next day. */
export function lifeMs(multipart: boolean): number {
  return (multipart ? MULTIPART_HOURS : PUT_HOURS) * HOUR;
}

/** The `expires_at` of an upload that is taken up again now. */
export function freshExpiry(now: Date): SQL<Date> {
  const hours = sql`case when ${upload.partSize} is null then ${PUT_HOURS}::int else ${MULTIPART_HOURS}::int end`;
  return sql`${now.toISOString()}::timestamptz + make_interval(hours => ${hours})`;
}

/** The actor's upload with this id. Throws `not_found`, also for someone else's. */
export async function getOwned(ctx: Ctx, id: string): Promise<UploadRow> {
  const [row] = await ctx.db
    .select()
    .from(upload)
    .where(and(eq(upload.id, id), eq(upload.ownerId, userOf(ctx))));
  if (!row) throw new AppError("not_found", "There is no upload with this id.");
  return row;
}

/** Moves an upload on, unless something else has moved it meanwhile. */
export function inState(row: Pick<UploadRow, "id" | "state">): SQL | undefined {
  return and(eq(upload.id, row.id), eq(upload.state, row.state));
}

/** Where the bytes of an upload arrive. */
export function placeOf({ source, key }: Pick<UploadRow, "source" | "key">): string {
  return source ?? key;
}

type Sent = Pick<UploadRow, "source" | "key" | "multipartId">;

/** What the store has of a multipart upload; undefined when it does not know it (not begun, put together, or dropped after days). */
export async function sentParts(ctx: Ctx, row: Sent): Promise<Part[] | undefined> {
  if (row.multipartId === null) return undefined;
  return ctx.store.multipart.parts(placeOf(row), row.multipartId).catch(undefinedWhen("gone"));
}

/** Tells the store to forget the parts of an upload, if it has any. */
export async function abortParts(ctx: Ctx, row: Sent & Pick<UploadRow, "ownerId">): Promise<void> {
  allow(ctx, "upload.write", { ownerId: row.ownerId });
  if (row.multipartId !== null) await ctx.store.multipart.abort(placeOf(row), row.multipartId).catch(undefinedWhen("gone"));
}
