import { sql } from "drizzle-orm";
import { asset } from "#asset/table";
import type { Ctx } from "#kernel";
import { type Collection, open } from "./open.ts";

/** How many photos a collection has, and the bytes of their originals. */
export async function summary(ctx: Ctx, collection: Collection): Promise<{ count: number; bytes: number }> {
  const { where } = await open(ctx, collection);
  const columns = {
    count: sql<number>`count(*)`.mapWith(Number),
    bytes: sql<number>`coalesce(sum(${asset.size}), 0)`.mapWith(Number),
  };
  const [row] = await ctx.db.select(columns).from(asset).where(where);
  return row ?? { count: 0, bytes: 0 };
}

/** The ids of its first photos, in its own order. */
export async function first(ctx: Ctx, collection: Collection, limit: number): Promise<string[]> {
  const { where, order } = await open(ctx, collection);
  const rows = await ctx.db
    .select({ id: asset.id })
    .from(asset)
    .where(where)
    .orderBy(...order)
    .limit(limit);
  return rows.map(({ id }) => id);
}
