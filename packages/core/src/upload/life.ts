import { and, eq, sql, type SQL } from "drizzle-orm";
import { AppError, userOf, type Ctx } from "#kernel";
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

/** Whether the store has something at `key`. */
export async function isThere(ctx: Ctx, key: string): Promise<boolean> {
  try {
    await ctx.store.head(key);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return false;
    throw error;
  }
}
