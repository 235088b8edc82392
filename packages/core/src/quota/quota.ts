import { and, eq, inArray, isNull, or, sql, sum } from "drizzle-orm";
import { user } from "#account/table";
import { ingestJob } from "#asset";
import { asset } from "#asset/table";
import { allow, AppError, userOf, type Ctx } from "#kernel";
import { upload } from "#upload/table";

/** What to tell whoever has no room left. */
export const OVER_QUOTA = "Your quota is used up. Remove photos and empty the bin, or ask whoever runs this Tintype for more room.";

/**
 * How many bytes may still be promised to a person, beside what they have and what is on its way; undefined = any number. In a transaction, to
 * which it gives the turn: two that plan at once must not both be given the last room. With `albumId` a guest asks, through a link to it:
 * what guests were promised and have not sent takes nothing from the person themselves.
 */
export async function room(ctx: Ctx, { ownerId, albumId }: { ownerId: string; albumId?: string }): Promise<number | undefined> {
  allow(ctx, albumId === undefined ? "upload.create" : "share.upload", { ownerId, albumId });
  const quota = await turnOf(ctx, ownerId);
  if (quota === undefined) return undefined;
  const isPromised = albumId === undefined ? or(isNull(upload.linkId), eq(upload.state, "received")) : undefined;
  const [coming] = await ctx.db
    .select({ bytes: sum(upload.size).mapWith(Number) })
    .from(upload)
    .where(and(eq(upload.ownerId, ownerId), inArray(upload.state, ["open", "received"]), isPromised));
  return quota - (await held(ctx, ownerId)) - (coming?.bytes ?? 0);
}

/** Throws `over_quota` when a person has more than they may: the transaction that has just added to it is then undone. */
export async function mustHold(ctx: Ctx, ownerId: string): Promise<void> {
  allow(ctx, "ingest.run");
  const quota = await turnOf(ctx, ownerId);
  if (quota !== undefined && (await held(ctx, ownerId)) > quota) throw new AppError("over_quota", OVER_QUOTA);
}

/** Whether so many bytes more are more than a person may have. What is on its way is not counted: it is told so itself when it comes. */
export async function isOver({ db }: Pick<Ctx, "db">, ownerId: string, bytes: number): Promise<boolean> {
  const [over] = await db
    .select({ id: user.id })
    .from(user)
    .where(and(eq(user.id, ownerId), sql`${user.quotaBytes} - ${heldBy} < ${bytes}::bigint`));
  return over !== undefined;
}

/**
 * Has what lies in the inbox and was refused for want of room looked at again, as far as there is room for it now: one person's, or with no `ownerId`
 * everybody's, as who tidies up asks. Returns how many files. At most 1,000; the others the next time.
 */
export async function askAgain(ctx: Ctx, ownerId?: string): Promise<number> {
  allow(ctx, ownerId === undefined ? "ingest.run" : "admin.write");
  const fits = sql`(${user.quotaBytes} is null or ${user.quotaBytes} - ${heldBy} >= ${upload.size})`;
  const refused = and(eq(upload.state, "failed"), eq(upload.source, upload.key), eq(upload.reason, OVER_QUOTA));
  const rows = await ctx.db
    .select({ key: upload.key })
    .from(upload)
    .innerJoin(user, eq(user.id, upload.ownerId))
    .where(and(refused, ownerId === undefined ? undefined : eq(upload.ownerId, ownerId), fits))
    .limit(1000);
  if (rows.length > 0) await ctx.queue.enqueue(rows.map(({ key }) => ingestJob(key)));
  return rows.length;
}

/** The bytes of a person of a query. */
const heldBy = sql`coalesce((select sum(${asset.size}) from ${asset} where ${asset.ownerId} = ${user.id} and ${asset.sourceKey} is null), 0)`;

/** The most bytes of originals that the actor may have; null = no limit. */
export async function limitOf(ctx: Ctx): Promise<number | null> {
  const ownerId = userOf(ctx);
  allow(ctx, "account.read", { ownerId });
  const [person] = await ctx.db.select({ quota: user.quotaBytes }).from(user).where(eq(user.id, ownerId));
  return person?.quota ?? null;
}

/** The quota, and the turn of all that ask for this person's. Whoever has none waits for nobody. */
async function turnOf({ db }: Ctx, ownerId: string): Promise<number | undefined> {
  const limited = and(eq(user.id, ownerId), sql`${user.quotaBytes} is not null`);
  const [person] = await db.select({ quota: user.quotaBytes }).from(user).where(limited).for("no key update");
  return person?.quota ?? undefined;
}

/** What only refers to the bytes of somebody else takes none. */
async function held({ db }: Ctx, ownerId: string): Promise<number> {
  const own = and(eq(asset.ownerId, ownerId), isNull(asset.sourceKey));
  const [found] = await db
    .select({ bytes: sum(asset.size).mapWith(Number) })
    .from(asset)
    .where(own);
  return found?.bytes ?? 0;
}
