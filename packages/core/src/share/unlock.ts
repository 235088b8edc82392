import * as Account from "#account";
import { allow, AppError } from "#kernel";
import { type DoorCtx, look, unlockValue } from "./open.ts";

/** Wrong passwords, of one network for all links together and of all networks for one link. */
const PER_ADDRESS: Account.Limit = { max: 10, windowMs: 300_000 };
const PER_LINK: Account.Limit = { max: 100, windowMs: 1_800_000 };

const LIFE_MS = 24 * 3_600_000;

/**
 * Takes the password of a link; what it gives is to be shown to `openLink`, for a day. Throws as `find` does, `password_needed` for a wrong one,
 * `too_many` after so many that even the right one is not looked at, `invalid` for a link without one.
 */
export async function unlock(
  ctx: DoorCtx,
  { token, password }: { token: string; password: string },
  { secret, verify }: { secret: string; verify: Account.PasswordCheck },
): Promise<{ value: string; expiresAt: Date }> {
  allow(ctx, "link.open");
  const { found, refusal } = await look(ctx, token);
  if (found.passwordHash === null) throw new AppError("invalid", "This link has no password.");
  const tries = [`share-address:${Account.networkOf(ctx.address)}`, `share-link:${found.actor.linkId}`] as const;
  // Counted before it is looked at, so that many at once are no way around it.
  await Account.throttle(ctx, tries[0], PER_ADDRESS);
  await Account.throttle(ctx, tries[1], PER_LINK);
  const isRight = await verify(password, found.passwordHash);
  if (!isRight) throw refusal ?? new AppError("password_needed", "This is not the password of this link.");
  await Account.forgive(ctx, tries);
  const expiresAt = new Date(ctx.now().getTime() + LIFE_MS);
  return { value: unlockValue(found, expiresAt, secret), expiresAt };
}
