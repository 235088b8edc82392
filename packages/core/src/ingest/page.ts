import { and, eq, gt, inArray, isNull, lt, lte, sql } from "drizzle-orm";
import { asset } from "#asset/table";
import type { Ctx } from "#kernel";
import type { Done } from "#media";
import { handleOf, LIBRARY, LIBRARY_END, type ListedObject } from "#storage";
import { ingest } from "./ingest.sql.ts";
import { IS_COPY, type Entry } from "./ledger.ts";
import { VERIFY } from "./verify.ts";

/** What the database knows of the objects of one page of the listing. */
export type Known = {
  assets: readonly { key: string; etag: string; size: number; missing: boolean }[];
  ledger: readonly ({ key: string; etag: string } & Entry)[];
};

/**
 * `news` needs a look: no asset yet, overwritten, or back again. `outdated` is an asset whose steps have newer versions. `current` is an asset
 * that needs nothing, `settled` a copy that needs nothing, `foreign` lies in nobody's folder.
 */
export type Verdict = "news" | "outdated" | "current" | "settled" | "foreign";

/** What each object of a page needs. `current` is what the ledger says of an asset on which everything is done. */
export function judge(
  objects: readonly ListedObject[],
  { assets, ledger }: Known,
  { handles, current }: { handles: ReadonlySet<string>; current: Done },
): Verdict[] {
  const assetAt = new Map(assets.map((row) => [row.key, row]));
  const entryAt = new Map(ledger.map((entry) => [`${entry.etag} ${entry.key}`, entry]));
  return objects.map(({ key, etag, size }) => {
    if (!handles.has(handleOf(key) ?? "")) return "foreign";
    const known = assetAt.get(key);
    const { steps: done = {}, isCopy = false } = entryAt.get(`${etag} ${key}`) ?? {};
    // A store over a folder may keep the etag of a file that is written over in its place.
    const isSame = known?.etag === etag && known.size === size;
    const isSettled = isCopy && done[VERIFY.name] === VERIFY.version;
    if (!isSame || known.missing) return isSettled && (!known || known.etag === etag) ? "settled" : "news";
    return Object.entries(current).every(([name, version]) => done[name] === version) ? "current" : "outdated";
  });
}

/** What assets and ledger say of the objects of a page, in two queries. */
export async function knownOf(ctx: Pick<Ctx, "db">, objects: readonly ListedObject[]): Promise<Known> {
  const keys = objects.map(({ key }) => key);
  const [assets, ledger] = await Promise.all([
    ctx.db
      .select({ key: asset.key, etag: asset.etag, size: asset.size, missing: asset.missing })
      .from(asset)
      .where(inArray(asset.key, keys)),
    ctx.db
      .select({ key: ingest.key, etag: ingest.etag, steps: ingest.steps, isCopy: IS_COPY })
      .from(ingest)
      .where(inArray(ingest.key, keys)),
  ]);
  return { assets, ledger };
}

/** A piece of the listing: behind the key `after` up to the key `to`; without `to` up to its end. */
export type Span = { after: string | undefined; to: string | undefined };

/** The assets whose originals should be in this piece of the listing and are not: their number, and the first `limit` keys. */
export async function absentFrom(
  ctx: Pick<Ctx, "db">,
  { after, to }: Span,
  objects: readonly ListedObject[],
  limit: number,
): Promise<{ count: number; keys: string[] }> {
  const listed = sql`${sql.param(objects.map(({ key }) => key))}::text[]`;
  const rows = await ctx.db
    .select({ key: asset.key, count: sql<number>`(count(*) over ())::int` })
    .from(asset)
    .where(
      and(
        gt(asset.key, after ?? LIBRARY),
        to === undefined ? lt(asset.key, LIBRARY_END) : lte(asset.key, to),
        eq(asset.missing, false),
        isNull(asset.sourceKey),
        sql`${asset.key} <> all(${listed})`,
      ),
    )
    .orderBy(asset.key)
    .limit(Math.max(1, limit));
  return { count: rows[0]?.count ?? 0, keys: rows.slice(0, limit).map(({ key }) => key) };
}
