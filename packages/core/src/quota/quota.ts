import { and, eq, inArray, isNull, or, sql, sum } from "drizzle-orm";
import { user } from "#account/table";
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
