import { and, eq, gt, isNull, or, sql } from "drizzle-orm";
import { albumItem } from "#album/table";
import { asset } from "#asset/table";
import { allow, type Ctx } from "#kernel";
import { shareLink } from "#share/table";
import { isCurrent, job } from "./copy.ts";
import { stripped } from "./stripped.sql.ts";

const MOST = 500;

/**
 * Asks for the copies that links need which hide metadata and give originals, of up to 500 photos, and returns of how many: of an album that was just
 * shared, and of what has come into it since. What is asked for already is one with that.
 */
export async function askForDue(ctx: Ctx): Promise<number> {
  allow(ctx, "ingest.run");
  const id = sql<string>`coalesce(${asset.sourceId}, ${asset.id})`;
  const rows = await ctx.db
    .selectDistinct({ id })
    .from(shareLink)
    .innerJoin(albumItem, eq(albumItem.albumId, shareLink.albumId))
    .innerJoin(asset, eq(asset.id, albumItem.assetId))
    .leftJoin(stripped, and(eq(stripped.assetId, id), eq(stripped.sha256, asset.sha256), isCurrent()))
    .where(
      and(
        eq(shareLink.hideMetadata, true),
        eq(shareLink.allowOriginals, true),
        isNull(shareLink.revokedAt),
        or(isNull(shareLink.expiresAt), gt(shareLink.expiresAt, ctx.now())),
        eq(asset.missing, false),
        isNull(asset.trashedAt),
        isNull(asset.lockedAt),
        isNull(stripped.assetId),
      ),
    )
    .limit(MOST);
  if (rows.length > 0) await ctx.queue.enqueue(rows.map((row) => job(row.id)));
  return rows.length;
}
