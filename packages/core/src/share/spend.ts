import { and, eq, isNull, lte, or, sql } from "drizzle-orm";
import { utcMonthOf } from "#date";
import { allow, AppError, type Ctx } from "#kernel";
import { shareLink } from "./share.sql.ts";

/** What a picture that was handed out is counted as, in bytes: near the mean of many photos, so that no list is asked for its sizes. */
export const ESTIMATE = { thumb: 20_000, preview: 350_000 };

type Budget = Pick<typeof shareLink.$inferSelect, "budgetBytes" | "egressMonth" | "egressBytes">;

/** What a link has handed out in the present month. */
export function spentOf({ egressMonth, egressBytes }: Budget, now: Date): number {
  return egressMonth === utcMonthOf(now) ? egressBytes : 0;
}

/** What it may still hand out in it; null = no limit. */
export function leftOf(link: Budget, now: Date): number | null {
  return link.budgetBytes === null ? null : Math.max(0, link.budgetBytes - spentOf(link, now));
}

type Spending = Pick<Ctx, "actor" | "db" | "now">;

/**
 * Counts bytes of files that are about to be handed out through the link that acts; nothing for anybody else. One statement, so that what is asked
 * for at the same time never adds up to more than the budget. Throws `over_budget` when they would; for less there may still be room.
 */
export async function spend(ctx: Spending, bytes: number): Promise<void> {
  allow(ctx, "link.open");
  if (await count(ctx, bytes)) return;
  throw new AppError("over_budget", "This is more than may still be fetched through this link until the next month begins.");
}

/** The same for what its page shows: where there is no room for that any more, the link is closed for the rest of the month. */
export async function spendOnPage(ctx: Spending, bytes: number): Promise<void> {
  allow(ctx, "link.open");
  if (ctx.actor.kind !== "link" || (await count(ctx, bytes))) return;
  await ctx.db
    .update(shareLink)
    .set({ egressMonth: utcMonthOf(ctx.now()), egressBytes: sql`${shareLink.budgetBytes}` })
    .where(eq(shareLink.id, ctx.actor.linkId));
  throw new AppError("over_budget", "So much was fetched through this link that it is closed until the next month begins.");
}

/** Whether there was room, and they are counted. */
async function count(ctx: Spending, bytes: number): Promise<boolean> {
  allow(ctx, "link.open");
  const { actor } = ctx;
  if (actor.kind !== "link" || bytes === 0) return true;
  const month = utcMonthOf(ctx.now());
  const before = sql<number>`case when ${shareLink.egressMonth} = ${month} then ${shareLink.egressBytes} else 0 end`;
  const after = sql<number>`${before} + ${bytes}::bigint`;
  const counted = await ctx.db
    .update(shareLink)
    .set({ egressMonth: month, egressBytes: after })
    .where(and(eq(shareLink.id, actor.linkId), or(isNull(shareLink.budgetBytes), lte(after, shareLink.budgetBytes))))
    .returning({ id: shareLink.id });
  return counted.length > 0;
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
