import { sql } from "drizzle-orm";
import { AppError, newId, type Ctx } from "#kernel";
import { rateLimit } from "./account.sql.ts";

/** At most `limit` tries of `key` per `windowMs`, counted in the database, so that every process and restart counts together. */
export type Throttle = { key: string; limit: number; windowMs: number };

/** Counts one try. Throws `too_many` with `retryAfter` in seconds when the window is full; the window starts with its first try. */
export async function throttle(ctx: Pick<Ctx, "db" | "now">, { key, limit, windowMs }: Throttle): Promise<void> {
  const now = ctx.now().getTime();
  const over = sql`${rateLimit.lastRequest} <= ${now - windowMs}`;
  const [row] = await ctx.db
    .insert(rateLimit)
    .values({ id: newId(now), key, count: 1, lastRequest: now })
    .onConflictDoUpdate({
      target: rateLimit.key,
      set: {
        count: sql`case when ${over} then 1 else ${rateLimit.count} + 1 end`,
        lastRequest: sql`case when ${over} then ${now} else ${rateLimit.lastRequest} end`,
      },
    })
    .returning({ count: rateLimit.count, since: rateLimit.lastRequest });
  if (!row || row.count <= limit) return;
  const retryAfter = Math.max(1, Math.ceil((row.since + windowMs - now) / 1000));
  throw new AppError("too_many", `Too many tries. Wait ${retryAfter} s and try again.`, { extra: { retryAfter } });
}
