import { and, eq, isNotNull, isNull, or } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { asset } from "#asset/table";
import { allow, type Ctx, type NewJob } from "#kernel";

const MOST = 500;

/** Call it in the transaction that changes an asset: the references to it follow, if there are any. */
export async function sourceChanged(ctx: Ctx, id: string): Promise<void> {
  allow(ctx, "ingest.run");
  const [any] = await ctx.db.select({ id: asset.id }).from(asset).where(eq(asset.sourceId, id)).limit(1);
  if (any) await ctx.queue.enqueue([{ kind: "follow", payload: { sourceId: id }, dedupe: id }]);
}

/**
 * Asks for the bytes of up to 500 references to be copied, and returns of how many: of those whose source is to be deleted for good, and waits for
 * it, and of those whose source's row is gone with its owner's account. What its owner has deleted for good as well needs no bytes.
 */
export async function askForDue(ctx: Ctx): Promise<number> {
  allow(ctx, "ingest.run");
  const source = alias(asset, "source");
  const rows = await ctx.db
    .select({ id: asset.id })
    .from(asset)
    .leftJoin(source, eq(source.id, asset.sourceId))
    .where(and(isNotNull(asset.sourceKey), isNull(asset.purgedAt), or(isNull(asset.sourceId), isNotNull(source.purgedAt))))
    .limit(MOST);
  if (rows.length > 0) await ctx.queue.enqueue(rows.map(({ id }) => job(id)));
  return rows.length;
}

function job(assetId: string): NewJob {
  return { kind: "adopt", payload: { assetId }, dedupe: assetId };
}
