import { and, eq, isNotNull, ne } from "drizzle-orm";
import * as Account from "#account";
import { account, passkey, session } from "#account/table";
import * as Audit from "#audit";
import { allow, AppError, newId, transact, userOf, type Ctx } from "#kernel";

const TRIES = { max: 10, windowMs: 60_000 };

/** How passwords are hashed and checked; both slow on purpose. */
export type PasswordWays = { hash: Account.PasswordHash; check: Account.PasswordCheck };

const credentialOf = (userId: string) => and(eq(account.userId, userId), eq(account.providerId, "credential"), isNotNull(account.password));

/** Whether this person can sign in with a password. */
export async function hasPassword(ctx: Pick<Ctx, "db">, userId: string): Promise<boolean> {
  const rows = await ctx.db.select({ id: account.id }).from(account).where(credentialOf(userId));
  return rows.length > 0;
}

/** In which ways the actor can sign in. */
export async function ways(ctx: Ctx): Promise<{ password: boolean; passkeys: number }> {
  allow(ctx, "account.write", { ownerId: userOf(ctx) });
  const own = await ctx.db
    .select({ id: passkey.id })
    .from(passkey)
    .where(eq(passkey.userId, userOf(ctx)));
  return { password: await hasPassword(ctx, userOf(ctx)), passkeys: own.length };
}

/**
 * Gives the actor another password, and signs them out in every other browser. Whoever has none yet adds a way in, and has to have shown who they
 * are. Throws `forbidden` for a wrong `current`, `too_many` after ten in a minute, `invalid` for a password that is easy to guess.
 */
export async function changePassword(
  ctx: Ctx,
  { current, next }: { current?: string | undefined; next: string },
  by: PasswordWays,
): Promise<void> {
  allow(ctx, "account.write", { ownerId: userOf(ctx) });
  const person = await Account.get(ctx, userOf(ctx));
  const [known] = await ctx.db.select({ id: account.id, hash: account.password }).from(account).where(credentialOf(person.id));
  if (typeof known?.hash !== "string") allow(ctx, "passkey.add", { ownerId: person.id });
  else await mustBe(ctx, { current, hash: known.hash, userId: person.id }, by);
  const weakness = Account.weaknessOf(next, person);
  if (weakness) throw new AppError("invalid", Account.WEAKNESSES[weakness], { extra: { field: "next" } });
  const password = await by.hash(next);
  await transact(ctx, async (inside) => {
    await keep(inside, person.id, password);
    const own = inside.actor.kind === "user" ? inside.actor.session?.id : undefined;
    await inside.db.delete(session).where(and(eq(session.userId, person.id), own === undefined ? undefined : ne(session.id, own)));
    await Audit.note(inside, { ownerId: person.id, action: "account.password" });
  });
}

async function mustBe(
  ctx: Ctx,
  { current, hash, userId }: { current: string | undefined; hash: string; userId: string },
  by: PasswordWays,
) {
  const tries = `password:${userId}`;
  await Account.throttle(ctx, tries, TRIES);
  if (current === undefined || !(await by.check(current, hash))) {
    throw new AppError("forbidden", "The present password is wrong.", { extra: { field: "current" } });
  }
  await Account.forgive(ctx, [tries]);
}

async function keep({ db, now }: Ctx, userId: string, password: string): Promise<void> {
  const known = and(eq(account.userId, userId), eq(account.providerId, "credential"));
  const changed = await db.update(account).set({ password, updatedAt: now() }).where(known).returning({ id: account.id });
  if (changed.length > 0) return;
  await db.insert(account).values({ id: newId(now().getTime()), accountId: userId, providerId: "credential", userId, password });
}
