import { and, eq, inArray } from "drizzle-orm";
import { AppError, userOf, type Ctx } from "#kernel";
import { asset } from "./asset.sql.ts";
import { downloadUrl } from "./get.ts";

/** `localAt` is the wall clock at which the photo was taken. */
export type Download = { id: string; name: string; size: number; localAt: string; url: string };

/**
 * What to fetch to save these originals, in the order asked for. Throws `not_found` with the ids that are `missing`, here or in
 * the store, when there is one: a download that silently lacks a photo would be taken for complete.
 */
export async function downloads(ctx: Ctx, ids: readonly string[]): Promise<Download[]> {
  const ownerId = userOf(ctx);
  const rows = await ctx.db
    .select({ id: asset.id, name: asset.name, size: asset.size, localAt: asset.localAt, key: asset.key, type: asset.type })
    .from(asset)
    .where(and(eq(asset.ownerId, ownerId), inArray(asset.id, [...ids]), eq(asset.missing, false)));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const missing = ids.filter((id) => !byId.has(id));
  if (missing.length > 0) {
    throw new AppError("not_found", `${missing.length} of these photos are not there any more.`, { extra: { missing } });
  }
  return [...new Set(ids)].map((id) => {
    const row = byId.get(id)!;
    return { id, name: row.name, size: row.size, localAt: row.localAt, url: downloadUrl(ctx, row) };
  });
}
