import { eq } from "drizzle-orm";
import { allow, AppError, isSecret, transact, type Ctx } from "#kernel";
import { rateLimit, user } from "./account.sql.ts";
import { add } from "./add.ts";
import type { Person } from "./get.ts";
import { WEAKNESSES, weaknessOf } from "./password.ts";
import { throttle } from "./throttle.ts";

/** Wrong tokens of one client. */
const TRIES = { max: 10, windowMs: 60_000 };

/** Turns a password into the text that is stored; slow on purpose. */
export type PasswordHash = (password: string) => Promise<string>;

/** Whether a password is the one that was hashed; slow on purpose. */
export type PasswordCheck = (password: string, hash: string) => Promise<boolean>;

export type SetUp = {
  token: string;
  name: string;
  email: string;
  password: string;
  /** Whom wrong tokens are counted against, for example a network address. */
  client: string;
};

/** True until the first account exists: then, and only then, the set-up token works. */
export async function needsSetUp(ctx: Ctx): Promise<boolean> {
  const owners = await ctx.db.select({ id: user.id }).from(user).where(eq(user.role, "owner")).limit(1);
  return owners.length === 0;
}

/**
 * Makes the owner's account. The one-time token stands in for a permission: nobody can sign in yet.
 * Throws `already_set_up` when there is an owner (also when another set-up wins the race), `forbidden` for a wrong token, `too_many` after
 * ten of them in a minute, `invalid` for a password that is easy to guess.
 */
export async function setUp(ctx: Ctx, input: SetUp, secret: { tokenSha256: Uint8Array | undefined; hash: PasswordHash }): Promise<Person> {
  allow(ctx, "account.setup");
  if (!(await needsSetUp(ctx))) throw done();
  const tries = `setup:${input.client}`;
  await throttle(ctx, tries, TRIES);
  if (!secret.tokenSha256 || !isSecret(input.token, secret.tokenSha256)) {
    throw new AppError("forbidden", "This set-up link is not valid any more. Open the newest one that Tintype printed when it started.");
  }
  // Only wrong ones count: whoever has the token may need many tries at a password.
  await ctx.db.delete(rateLimit).where(eq(rateLimit.key, tries));
  const weakness = weaknessOf(input.password, input);
  if (weakness) throw new AppError("invalid", WEAKNESSES[weakness], { extra: { field: "password" } });
  const password = await secret.hash(input.password);
  try {
    const { name, email } = input;
    return await transact(ctx, (inside) => add(inside, { name, email, folder: name, role: "owner", password }));
  } catch (error) {
    // Another set-up was quicker.
    if (error instanceof AppError && error.code === "conflict") throw done();
    throw error;
  }
}

function done(): AppError {
  return new AppError("already_set_up", "Tintype is set up already. Sign in instead.");
}
