import { and, eq, isNull, lte, or, sql } from "drizzle-orm";
import { allow, AppError, type Ctx } from "#kernel";
import { shareLink } from "./share.sql.ts";

/** What a picture that was handed out is counted as, in bytes: near the mean of many photos, so that no list is asked for its sizes. */
export const ESTIMATE = { thumb: 20_000, preview: 350_000 };

/** A calendar month (UTC) as the table counts them. */
export function monthOf(now: Date): number {
  return now.getUTCFullYear() * 12 + now.getUTCMonth();
}

/**
 * Counts bytes that are about to be handed out through the link that acts; nothing for anybody else. One statement, so that what is asked for at
 * the same time never adds up to more than the budget. Throws `over_budget` when they would.
 */
export async function spend(ctx: Pick<Ctx, "actor" | "db" | "now">, bytes: number): Promise<void> {
  allow(ctx, "link.open");
  const { actor } = ctx;
  if (actor.kind !== "link" || bytes === 0) return;
  const month = monthOf(ctx.now());
  const before = sql<number>`case when ${shareLink.egressMonth} = ${month} then ${shareLink.egressBytes} else 0 end`;
  const after = sql<number>`${before} + ${bytes}::bigint`;
  const counted = await ctx.db
    .update(shareLink)
    .set({ egressMonth: month, egressBytes: after })
    .where(and(eq(shareLink.id, actor.linkId), or(isNull(shareLink.budgetBytes), lte(after, shareLink.budgetBytes))))
    .returning({ id: shareLink.id });
  if (counted.length > 0) return;
  throw new AppError("over_budget", "So much was fetched through this link that it is closed until next month.");
}

/** Counts one visit of a browser that has not been here before; nothing is kept of it but that. */
export async function countView(ctx: Pick<Ctx, "actor" | "db">): Promise<void> {
  allow(ctx, "link.open");
  if (ctx.actor.kind !== "link") return;
  await ctx.db
    .update(shareLink)
    .set({ views: sql`${shareLink.views} + 1` })
    .where(eq(shareLink.id, ctx.actor.linkId));
}
