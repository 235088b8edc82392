import { and, asc, eq, gt, inArray, isNotNull, isNull, notExists, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { ingestJob } from "#asset";
import { asset } from "#asset/table";
import { ingest } from "#ingest/table";
import { allow, type Ctx } from "#kernel";
import { derivedPrefix, folderOf, handleOf, headOf } from "#storage";

const BATCH = 100;
const AT_ONCE = 8;

const columns = {
  id: asset.id,
  key: asset.key,
  sourceKey: asset.sourceKey,
  etag: asset.etag,
  size: asset.size,
  sha256: asset.sha256,
};
type Doomed = { [Name in keyof typeof columns]: (typeof asset.$inferSelect)[Name] };

/**
 * Removes from the store what was deleted for good, and forgets it: thumbnails, originals and a person's own copies of them first, each only as long
 * as
 * it is what was looked at, and the row last; whatever is killed in between is finished the next time. What somebody still shows by reference waits.
 * Of a reference nothing but its row goes.
 * Returns how many went. Throws `storage_unavailable` when the store is away.
 */
export async function purge(ctx: Ctx): Promise<number> {
  allow(ctx, "ingest.run");
  let total = 0;
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const batch = await ctx.db
      .select(columns)
      .from(asset)
      .where(and(isNotNull(asset.purgedAt), gt(asset.id, after), isUnneeded(ctx)))
      .orderBy(asc(asset.id))
      .limit(BATCH);
    const last = batch.at(-1);
    if (!last) return total;
    after = last.id;
    total += await each(batch, (row) => forget(ctx, row));
  }
}

/** No reference shows these bytes: copies are made of them first (`source_id` is then cleared). */
function isUnneeded(ctx: Pick<Ctx, "db">) {
  const reference = alias(asset, "reference");
  return notExists(
    ctx.db
      .select({ one: sql`1` })
      .from(reference)
      .where(eq(reference.sourceId, asset.id)),
  );
}

async function forget(ctx: Ctx, row: Doomed): Promise<boolean> {
  allow(ctx, "ingest.run");
  // A copy of its own has just been made: ingest takes it for what it is, and then it goes with the rest.
  if (row.sourceKey !== null && (await headOf(ctx.store, row.key))) {
    await ctx.queue.enqueue([ingestJob(row.key)]);
    return false;
  }
  const copies = await copiesOf(ctx, row);
  await removeDerived(ctx, row.id);
  for (const { key, etag } of copies) await removeVersion(ctx, { key, etag, size: row.size });
  await removeVersion(ctx, row);
  const keys = [row.key, ...copies.map(({ key }) => key)];
  const isGone = await ctx.db.tx(async (db) => {
    const isReference = row.sourceKey === null ? isNull(asset.sourceKey) : isNotNull(asset.sourceKey);
    const isSame = and(eq(asset.id, row.id), eq(asset.key, row.key), eq(asset.etag, row.etag), isReference, isNotNull(asset.purgedAt));
    const gone = await db.delete(asset).where(isSame).returning({ id: asset.id });
    if (gone.length > 0) await db.delete(ingest).where(inArray(ingest.key, keys));
    return gone.length > 0;
  });
  // Whoever was making something of it meanwhile finds no row any more, and makes no more.
  if (isGone) await removeDerived(ctx, row.id);
  return isGone;
}

/** What its owner keeps of the same bytes beside it: left there, it would come back as a photo of its own. */
async function copiesOf(ctx: Pick<Ctx, "db">, { key, sha256 }: Doomed): Promise<{ key: string; etag: string }[]> {
  const handle = handleOf(key);
  if (handle === undefined) return [];
  const isCopy = and(eq(ingest.sha256, sha256), sql`starts_with(${ingest.key}, ${folderOf(handle)})`);
  return ctx.db.select({ key: ingest.key, etag: ingest.etag }).from(ingest).where(isCopy);
}

async function removeDerived({ store }: Ctx, id: string): Promise<void> {
  const { objects } = await store.list(derivedPrefix(id));
  if (objects.length > 0) await store.remove(objects.map(({ key }) => key));
}

/** Other bytes that lie there by now are somebody's, and stay. */
async function removeVersion({ store }: Ctx, { key, etag, size }: { key: string; etag: string; size: number }): Promise<void> {
  const head = await headOf(store, key);
  if (head?.etag === etag && head.size === size) await store.removeSame(head);
}

/** How many of them it was done to, a few at a time. */
async function each<T>(all: readonly T[], run: (one: T) => Promise<boolean>): Promise<number> {
  const left = [...all];
  let count = 0;
  const work = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) if (await run(next)) count++;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return count;
}
