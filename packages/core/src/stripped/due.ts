import { and, eq, gt, inArray, isNull, lte, or, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { albumItem } from "#album/table";
import { asset } from "#asset/table";
import { allow, type Ctx } from "#kernel";
import { setting } from "#kernel/table";
import { shareLink } from "#share/table";
import { isKnown, job } from "./copy.ts";
import { stripped } from "./stripped.sql.ts";

const SETTING = "stripped";
const PAGE = 1000;

/** A photo in an album. */
const Item = z.object({ albumId: z.string(), assetId: z.string() });
type Item = z.infer<typeof Item>;

/**
 * Asks for the copies that links need which hide metadata and give originals, and returns of how many photos: of an album that was just shared, and
 * of
 * what has come into it since. What is asked for already is one with that. Looks at 1,000 photos, and goes on there the next time: so it costs the
 * same however much is shared, and those of which no copy can be made now keep no others waiting.
 */
export async function askForDue(ctx: Ctx): Promise<number> {
  allow(ctx, "ingest.run");
  const after = await readCursor(ctx);
  const page = [needed(ctx), after && gt(place, placeOf(after))];
  const [last] = await ctx.db
    .select({ albumId: albumItem.albumId, assetId: albumItem.assetId })
    .from(albumItem)
    .where(and(...page))
    .orderBy(albumItem.albumId, albumItem.assetId)
    .offset(PAGE - 1)
    .limit(1);
  const id = sql<string>`coalesce(${asset.sourceId}, ${asset.id})`;
  const rows = await ctx.db
    .selectDistinct({ id })
    .from(albumItem)
    .innerJoin(asset, eq(asset.id, albumItem.assetId))
    .leftJoin(stripped, and(eq(stripped.assetId, id), isKnown(ctx.now())))
    .where(
      and(
        ...page,
        last && lte(place, placeOf(last)),
        eq(asset.missing, false),
        isNull(asset.trashedAt),
        isNull(asset.lockedAt),
        isNull(stripped.assetId),
      ),
    );
  if (rows.length > 0) await ctx.queue.enqueue(rows.map((row) => job(row.id)));
  if (after || last) await writeCursor(ctx, last ?? {});
  return rows.length;
}

/** What lies in an album with a link that hides metadata and gives originals. */
function needed({ db, now }: Ctx): SQL {
  const links = db
    .select({ albumId: shareLink.albumId })
    .from(shareLink)
    .where(
      and(
        eq(shareLink.hideMetadata, true),
        eq(shareLink.allowOriginals, true),
        isNull(shareLink.revokedAt),
        or(isNull(shareLink.expiresAt), gt(shareLink.expiresAt, now())),
      ),
    );
  return inArray(albumItem.albumId, links);
}

const place = sql`(${albumItem.albumId}, ${albumItem.assetId})`;

function placeOf({ albumId, assetId }: Item): SQL {
  return sql`(${albumId}::uuid, ${assetId}::uuid)`;
}

/** Behind which photo to go on; undefined = from the first. */
async function readCursor({ db }: Ctx): Promise<Item | undefined> {
  const [row] = await db.select({ value: setting.value }).from(setting).where(eq(setting.name, SETTING));
  return Item.safeParse(row?.value).data;
}

async function writeCursor(ctx: Ctx, value: Partial<Item>): Promise<void> {
  const row = { name: SETTING, value, updatedAt: ctx.now() };
  await ctx.db.insert(setting).values(row).onConflictDoUpdate({ target: setting.name, set: row });
}
