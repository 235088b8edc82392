import { and, eq, isNull } from "drizzle-orm";
import { isAnyOf } from "#columns";
import { allow, AppError, isUnlocked, userOf, type Ctx } from "#kernel";
import { isThere } from "#storage";
import { asset } from "./asset.sql.ts";
import { downloadUrl, getOwned, originalKey } from "./get.ts";

/** `localAt` is the wall clock at which the photo was taken. */
export type Download = { id: string; name: string; size: number; localAt: string; url: string };

/** What cannot be downloaded; `name` is null for an id that is not, or no longer, in the library. */
export type Undownloadable = { id: string; name: string | null };

/**
 * What to fetch to save these originals, and what is `missing`, here or in the store, each in the order asked for: a download that silently
 * lacks a photo would be taken for complete. Throws `not_found` when none of the ids is in the library.
 */
export async function downloads(ctx: Ctx, ids: readonly string[]): Promise<{ files: Download[]; missing: Undownloadable[] }> {
  const ownerId = userOf(ctx);
  allow(ctx, "asset.read", { ownerId });
  const rows = await ctx.db
    .select({
      id: asset.id,
      name: asset.name,
      size: asset.size,
      localAt: asset.localAt,
      key: asset.key,
      sourceKey: asset.sourceKey,
      type: asset.type,
      missing: asset.missing,
      ownerId: asset.ownerId,
      lockedAt: asset.lockedAt,
    })
    .from(asset)
    .where(and(eq(asset.ownerId, ownerId), isAnyOf(asset.id, ids), isUnlocked(ctx) ? undefined : isNull(asset.lockedAt)));
  if (rows.length === 0) throw new AppError("not_found", "These photos are not there any more.");
  const byId = new Map(rows.map((row) => [row.id, row]));
  const files: Download[] = [];
  const missing: Undownloadable[] = [];
  for (const id of new Set(ids)) {
    const row = byId.get(id);
    if (!row || row.missing) missing.push({ id, name: row?.name ?? null });
    else files.push({ id, name: row.name, size: row.size, localAt: row.localAt, url: downloadUrl(ctx, row) });
  }
  return { files, missing };
}

/**
 * A presigned URL that saves the original of the actor's asset. Throws `not_found` when the store does not have it; the store is asked now,
 * since a browser that follows the URL to nothing would show the store's own error in place of the app.
 */
export async function original(ctx: Ctx, id: string): Promise<string> {
  const found = await getOwned(ctx, id);
  const row = { ...found, ...found.shown };
  if (row.missing || !(await isThere(ctx.store, originalKey(row)))) {
    throw new AppError("not_found", "The original is no longer in storage.");
  }
  return downloadUrl(ctx, row);
}
