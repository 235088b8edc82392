import { count, eq, sum } from "drizzle-orm";
import { userOf, type Ctx } from "#kernel";
import { asset } from "./asset.sql.ts";

/** How many assets the actor has, and the bytes of their originals. */
export async function totals(ctx: Ctx): Promise<{ assets: number; bytes: number }> {
  const ownerId = userOf(ctx);
  const rows = await ctx.db
    .select({ assets: count(), bytes: sum(asset.size).mapWith(Number) })
    .from(asset)
    .where(eq(asset.ownerId, ownerId));
  return { assets: rows[0]?.assets ?? 0, bytes: rows[0]?.bytes ?? 0 };
}
