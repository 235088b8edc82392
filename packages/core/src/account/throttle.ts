import { and, gt, inArray, sql } from "drizzle-orm";
import { allow, AppError, newId, type Ctx } from "#kernel";
import { rateLimit } from "./account.sql.ts";

/** How many tries there may be in a window, which starts with the first of them; at most an hour (see `expire`). */
export type Limit = { max: number; windowMs: number };

/**
 * Whose tries are counted together: an IPv4 address, or the first half of an IPv6 one, since whoever has one of a network has all 2^64 of it. IPv4 in
 * IPv6
 * is IPv4.
 */
export function networkOf(address = "unknown"): string {
  if (!address.includes(":")) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/iu.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = "", tail] = address.split("::");
  const groupsOf = (part = ""): string[] => (part === "" ? [] : part.split(":"));
  const [before, after] = [groupsOf(head), groupsOf(tail)];
  const gap = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(gap).fill("0"), ...after].map((group) => Number.parseInt(group, 16));
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}

/**
 * Counts one try of `key`, in the database, so that every process and restart counts together. Throws `too_many` with `retryAfter` in seconds.
 * The limit of better-auth, in the same table, counts its own routes alone.
 */
export async function throttle(ctx: Pick<Ctx, "actor" | "db" | "now">, key: string, { max, windowMs }: Limit): Promise<void> {
  allow(ctx, "link.open");
  const now = ctx.now().getTime();
  const isOver = sql`${rateLimit.lastRequest} <= ${now - windowMs}`;
  const [row] = await ctx.db
    .insert(rateLimit)
    .values({ id: newId(now), key, count: 1, lastRequest: now })
    .onConflictDoUpdate({
      target: rateLimit.key,
      set: {
        count: sql`case when ${isOver} then 1 else ${rateLimit.count} + 1 end`,
        lastRequest: sql`case when ${isOver} then ${now} else ${rateLimit.lastRequest} end`,
      },
    })
    .returning({ count: rateLimit.count, since: rateLimit.lastRequest });
  if (row && row.count > max) throw tooMany(row.since + windowMs - now);
}

/** Takes one try back that turned out to be right: only wrong ones count. */
export async function forgive(ctx: Pick<Ctx, "actor" | "db">, keys: readonly string[]): Promise<void> {
  allow(ctx, "link.open");
  await ctx.db
    .update(rateLimit)
    .set({ count: sql`${rateLimit.count} - 1` })
    .where(and(inArray(rateLimit.key, [...keys]), gt(rateLimit.count, 0)));
}

/** What to say to whoever has tried too often, with how long to wait, in milliseconds. */
export function tooMany(waitMs: number): AppError {
  const retryAfter = Math.max(1, Math.ceil(waitMs / 1000));
  return new AppError("too_many", `Too many tries. Wait ${retryAfter} s and try again.`, { extra: { retryAfter } });
}
