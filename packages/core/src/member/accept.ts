import { and, eq, gt, isNull } from "drizzle-orm";
import * as Account from "#account";
import { invite, user } from "#account/table";
import * as Audit from "#audit";
import { allow, AppError, sha256Of, transact, type Ctx } from "#kernel";

const TRIES = { max: 10, windowMs: 60_000 };

/** `password` is missing where they will sign in by a passkey. */
export type Acceptance = { token: string; name: string; email: string; password?: string | undefined };

/**
 * What an open invitation says: for whom it is, whose, and how many bytes they may have (null = any number). Throws `not_found` for any other token,
 * `too_many` after ten in a minute.
 */
export async function look(ctx: Ctx, token: string): Promise<{ name: string; by: string; quotaBytes: number | null; expiresAt: Date }> {
  allow(ctx, "account.join");
  const tries = `invite:${Account.networkOf(ctx.address)}`;
  await Account.throttle(ctx, tries, TRIES);
  const [found] = await ctx.db
    .select({ name: invite.name, by: user.name, quotaBytes: invite.quotaBytes, expiresAt: invite.expiresAt })
    .from(invite)
    .innerJoin(user, eq(user.id, invite.createdBy))
    .where(isOpen(ctx, token));
  if (!found) throw nothing();
  await Account.forgive(ctx, [tries]);
  return found;
}

/**
 * Makes an account by an invitation, which is then used up; of two that try at once one does. Throws `not_found` for a token that does not open,
 * `conflict` for an e-mail address that has an account, `invalid` for a password that is easy to guess, `too_many` after ten wrong tokens a minute.
 */
export async function accept(ctx: Ctx, input: Acceptance, hash: Account.PasswordHash): Promise<Account.Person> {
  allow(ctx, "account.join");
  await look(ctx, input.token);
  const { name, email } = input;
  const weakness = input.password === undefined ? undefined : Account.weaknessOf(input.password, input);
  if (weakness) throw new AppError("invalid", Account.WEAKNESSES[weakness], { extra: { field: "password" } });
  const password = input.password === undefined ? undefined : await hash(input.password);
  return transact(ctx, async (inside) => {
    const now = inside.now();
    const [taken] = await inside.db.update(invite).set({ usedAt: now }).where(isOpen(inside, input.token)).returning();
    if (!taken) throw nothing();
    const person = await Account.add(inside, {
      name,
      email,
      folder: taken.name,
      role: "member",
      quotaBytes: taken.quotaBytes,
      password,
    });
    await inside.db.update(invite).set({ usedBy: person.id }).where(eq(invite.id, taken.id));
    const joined: Ctx = { ...inside, actor: { kind: "user", userId: person.id, role: "member" } };
    await Audit.note(joined, { ownerId: taken.createdBy, action: "member.join", details: { name } });
    await Audit.note(joined, { ownerId: person.id, action: "member.join", details: { name } });
    return person;
  });
}

function isOpen(ctx: Pick<Ctx, "now">, token: string) {
  return and(eq(invite.tokenSha256, sha256Of(token)), isNull(invite.usedAt), gt(invite.expiresAt, ctx.now()));
}

function nothing(): AppError {
  return new AppError("not_found", "This invitation is not valid any more. Ask for another one.");
}
