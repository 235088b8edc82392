import { and, eq } from "drizzle-orm";
import { account, session } from "#account/table";
import * as Account from "#account";
import * as Audit from "#audit";
import { allow, AppError, transact, userOf, type Ctx } from "#kernel";

const TRIES = { max: 10, windowMs: 60_000 };

/** How long who has shown who they are is believed. */
const UNLOCKED_MS = 15 * 60_000;

/** A password to be checked, or what tells whose passkey it was. */
type Proof = { password: string; check: Account.PasswordCheck } | { passkeyOf: () => Promise<string> };

/**
 * The actor shows again who they are: for 15 minutes this session, and no other, sees what is locked and may add ways in. Returns until when.
 * Throws `forbidden` for a wrong proof, `too_many` after ten of them in a minute.
 */
export async function unlock(ctx: Ctx, proof: Proof): Promise<Date> {
  allow(ctx, "account.write", { ownerId: userOf(ctx) });
  const ownerId = userOf(ctx);
  const tries = `unlock:${ownerId}`;
  await Account.throttle(ctx, tries, TRIES);
  if (!(await isProven(ctx, ownerId, proof))) {
    throw new AppError("forbidden", "That is not right. Try again.", { extra: { field: "password" } });
  }
  await Account.forgive(ctx, [tries]);
  return transact(ctx, async (inside) => {
    await Audit.note(inside, { ownerId, action: "session.unlock" });
    return begin(inside);
  });
}

/** The session of whoever has just been given an account counts as unlocked: they have yet to make their way in. Returns until when. */
export async function begin(ctx: Ctx): Promise<Date> {
  allow(ctx, "account.write", { ownerId: userOf(ctx) });
  const until = new Date(ctx.now().getTime() + UNLOCKED_MS);
  await set(ctx, until);
  return until;
}

/** This session sees no longer what is locked. */
export async function lock(ctx: Ctx): Promise<void> {
  allow(ctx, "account.write", { ownerId: userOf(ctx) });
  await set(ctx, null);
}

async function isProven(ctx: Ctx, ownerId: string, proof: Proof): Promise<boolean> {
  if ("passkeyOf" in proof) return (await proof.passkeyOf()) === ownerId;
  const [credential] = await ctx.db
    .select({ hash: account.password })
    .from(account)
    .where(and(eq(account.userId, ownerId), eq(account.providerId, "credential")));
  return typeof credential?.hash === "string" && proof.check(proof.password, credential.hash);
}

async function set({ actor, db }: Ctx, unlockedUntil: Date | null): Promise<void> {
  if (actor.kind !== "user" || !actor.session) throw new AppError("forbidden", "Only a browser in which you are signed in can do this.");
  const own = and(eq(session.id, actor.session.id), eq(session.userId, actor.userId));
  const changed = await db.update(session).set({ unlockedUntil }).where(own).returning({ id: session.id });
  if (changed.length === 0) throw new AppError("unauthenticated", "You were signed out. Sign in again to do this.");
}
