import { eq, max, sql } from "drizzle-orm";
import { session, user } from "#account/table";
import { asset } from "#asset/table";
import * as Audit from "#audit";
import { allow, AppError, transact, userOf, type Ctx } from "#kernel";
import * as Quota from "#quota";

type Member = {
  id: string;
  name: string;
  email: string;
  role: "owner" | "member";
  /** Bytes of their originals, and the most that they may have; null = no limit. */
  bytes: number;
  quotaBytes: number | null;
  disabledAt: Date | null;
  createdAt: Date;
  /** When one of their browsers last asked for something, to the hour. */
  seenAt: Date | null;
};

/** Everybody with an account here, the first first. */
export async function list(ctx: Ctx): Promise<Member[]> {
  allow(ctx, "admin.read");
  const held = ctx.db
    .select({ ownerId: asset.ownerId, bytes: sql<string>`sum(${asset.size})`.as("bytes") })
    .from(asset)
    .groupBy(asset.ownerId)
    .as("held");
  const seen = ctx.db
    .select({ userId: session.userId, at: max(session.updatedAt).as("at") })
    .from(session)
    .groupBy(session.userId)
    .as("seen");
  const rows = await ctx.db
    .select({
      id: user.id,
      name: user.name,
      email: user.email,
      role: user.role,
      bytes: held.bytes,
      quotaBytes: user.quotaBytes,
      disabledAt: user.disabledAt,
      createdAt: user.createdAt,
      seenAt: seen.at,
    })
    .from(user)
    .leftJoin(held, eq(held.ownerId, user.id))
    .leftJoin(seen, eq(seen.userId, user.id))
    .orderBy(user.id);
  return rows.map((row) => ({ ...row, bytes: Number(row.bytes ?? 0) }));
}

/** What is left out stays. `quotaBytes`: the most bytes of originals, null = no limit; what they have already stays. */
export type MemberChange = { quotaBytes?: number | null | undefined; disabled?: boolean | undefined };

/**
 * Sets somebody's quota, and has what was left in their inbox for want of room looked at again; signs a member out everywhere and lets them in no
 * more, nor their keys, while their photos stay; or lets them in again.
 * What is so already stays as it is. Throws `not_found`, and `conflict` for shutting out the owner.
 */
export async function change(ctx: Ctx, id: string, { quotaBytes, disabled }: MemberChange): Promise<void> {
  allow(ctx, "admin.write");
  await transact(ctx, async (inside) => {
    const [person] = await inside.db.select().from(user).where(eq(user.id, id)).for("no key update");
    if (!person) throw new AppError("not_found", "There is no account with this id.");
    if (disabled === true && person.role === "owner") throw new AppError("conflict", "The owner cannot be shut out.");
    const { name } = person;
    if (quotaBytes !== undefined && quotaBytes !== person.quotaBytes) {
      await inside.db.update(user).set({ quotaBytes }).where(eq(user.id, id));
      await noteFor(inside, id, "member.quota", { name, quotaBytes });
      await Quota.askAgain(inside, id);
    }
    if (disabled === undefined || disabled === (person.disabledAt !== null)) return;
    await inside.db
      .update(user)
      .set({ disabledAt: disabled ? inside.now() : null })
      .where(eq(user.id, id));
    if (disabled) await inside.db.delete(session).where(eq(session.userId, id));
    await noteFor(inside, id, disabled ? "member.disable" : "member.enable", { name });
  });
}

type Details = { name: string; quotaBytes?: number | null };

/** Both read of it: who has done it and whose account it is. */
async function noteFor(ctx: Ctx, id: string, action: "member.quota" | "member.disable" | "member.enable", details: Details): Promise<void> {
  for (const ownerId of new Set([userOf(ctx), id])) await Audit.note(ctx, { ownerId, action, details });
}
