import { and, count, eq, isNotNull, sql, sum } from "drizzle-orm";
import { allow, together, userOf, type Ctx } from "#kernel";
import { asset } from "./asset.sql.ts";

/**
 * How many assets the actor has, sidecars not counted, and the bytes of all originals of their own: all that takes room, wherever it is seen, also
 * what
 * is locked, in the bin, or waits. Not of references, whose bytes are another's. Read from indexes alone.
 */
export async function totals(ctx: Ctx): Promise<{ assets: number; bytes: number }> {
  allow(ctx, "asset.read", { ownerId: userOf(ctx) });
  const ownerId = userOf(ctx);
  const bytes = sum(asset.size).mapWith(Number);
  const [[others], rows] = await together(ctx, ({ db }) => [
    db
      .select({ bytes })
      .from(asset)
      .where(and(eq(asset.ownerId, ownerId), isNotNull(asset.sourceKey))),
    db
      .select({ assets: count(sql`case when ${asset.kind} <> 'sidecar' then 1 end`), bytes })
      .from(asset)
      .where(eq(asset.ownerId, ownerId)),
  ]);
  return { assets: rows[0]?.assets ?? 0, bytes: (rows[0]?.bytes ?? 0) - (others?.bytes ?? 0) };
}
