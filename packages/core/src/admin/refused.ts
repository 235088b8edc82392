import { and, count, desc, eq, lt, type SQL } from "drizzle-orm";
import { displayName } from "#asset";
import { allow, type Ctx } from "#kernel";
import { upload } from "#upload/table";

/**
 * A file that lies in the inbox and cannot be taken in as it is: `key` is where, `reason` why, in words for people, `seenAt` (ISO) since when that is
 * known.
 */
export type RefusedFile = { id: string; name: string; key: string; size: number; reason: string; seenAt: string };

/** `next` continues the list; null at its end. */
export type RefusedPage = { files: RefusedFile[]; next: string | null };

const PAGE = 50;

/** Everybody's refused files behind the one with the id `after`, newest first, 50 at a time. Throws `forbidden` for anyone but the owner. */
export async function refusedFiles(ctx: Ctx, after?: string): Promise<RefusedPage> {
  allow(ctx, "admin.read");
  const { id, name, key, size, reason, createdAt } = upload;
  const rows = await ctx.db
    .select({ id, name, key, size, reason, createdAt })
    .from(upload)
    .where(and(isRefused(), after === undefined ? undefined : lt(id, after)))
    .orderBy(desc(id))
    .limit(PAGE + 1);
  const shown = rows.slice(0, PAGE);
  const files = shown.map((row) => ({
    id: row.id,
    name: displayName(row.name),
    key: row.key,
    size: row.size,
    reason: row.reason ?? "",
    seenAt: row.createdAt.toISOString(),
  }));
  return { files, next: rows.length > PAGE ? (shown.at(-1)?.id ?? null) : null };
}

/** How many there are. Throws `forbidden` for anyone but the owner. */
export async function countRefused(ctx: Ctx): Promise<number> {
  allow(ctx, "admin.read");
  const [found] = await ctx.db.select({ files: count() }).from(upload).where(isRefused());
  return found?.files ?? 0;
}

/** As `Staging.run` tells of them. */
function isRefused(): SQL | undefined {
  return and(eq(upload.state, "failed"), eq(upload.source, upload.key));
}
