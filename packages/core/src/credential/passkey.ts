import { and, desc, eq } from "drizzle-orm";
import { passkey, user } from "#account/table";
import * as Audit from "#audit";
import { allow, AppError, transact, userOf, type Ctx } from "#kernel";
import { hasPassword } from "./password.ts";

const MAX_PASSKEYS = 20;

/** `isSynced`: it is kept by a password manager or an account of theirs, and not in one device alone. */
type Passkey = { id: string; name: string; createdAt: Date | null; isSynced: boolean };

/** The actor's passkeys, newest first. */
export async function passkeys(ctx: Ctx): Promise<Passkey[]> {
  allow(ctx, "account.write", { ownerId: userOf(ctx) });
  const rows = await ctx.db
    .select({ id: passkey.id, name: passkey.name, createdAt: passkey.createdAt, isSynced: passkey.backedUp })
    .from(passkey)
    .where(eq(passkey.userId, userOf(ctx)))
    .orderBy(desc(passkey.id));
  return rows.map((row) => ({ ...row, name: row.name ?? "" }));
}

/** Whether the actor may add a passkey now. Throws `locked` unless they have just shown who they are, `conflict` with 20 passkeys. */
export async function mayAddPasskey(ctx: Ctx): Promise<void> {
  allow(ctx, "passkey.add", { ownerId: userOf(ctx) });
  if ((await passkeys(ctx)).length >= MAX_PASSKEYS) {
    throw new AppError("conflict", `You have ${MAX_PASSKEYS} passkeys. Remove one that is not used any more.`);
  }
}

/** Adds the passkey that `register` checks and keeps, in the transaction of its `ctx`. Throws as `mayAddPasskey` does. */
export async function addPasskey<T>(ctx: Ctx, name: string, register: (ctx: Ctx) => Promise<T>): Promise<T> {
  allow(ctx, "passkey.add", { ownerId: userOf(ctx) });
  return transact(ctx, async (inside) => {
    // Two that are added at once must not both be the last.
    await inside.db
      .select({ id: user.id })
      .from(user)
      .where(eq(user.id, userOf(ctx)))
      .for("update");
    await mayAddPasskey(inside);
    const added = await register(inside);
    await Audit.note(inside, { ownerId: userOf(ctx), action: "passkey.add", details: { name } });
    return added;
  });
}

/** Names a passkey of the actor's. Throws `not_found`, also for somebody else's. */
export async function renamePasskey(ctx: Ctx, id: string, name: string): Promise<void> {
  allow(ctx, "account.write", { ownerId: userOf(ctx) });
  const own = and(eq(passkey.id, id), eq(passkey.userId, userOf(ctx)));
  const renamed = await ctx.db.update(passkey).set({ name }).where(own).returning({ id: passkey.id });
  if (renamed.length === 0) throw nothing();
}

/** Removes a passkey of the actor's. Throws `not_found`, also for somebody else's, and `conflict` for their only way in. */
export async function removePasskey(ctx: Ctx, id: string): Promise<void> {
  allow(ctx, "account.write", { ownerId: userOf(ctx) });
  const ownerId = userOf(ctx);
  await transact(ctx, async (inside) => {
    // Two that are removed at once must not both be the last but one.
    await inside.db.select({ id: user.id }).from(user).where(eq(user.id, ownerId)).for("update");
    const own = await inside.db.select({ id: passkey.id, name: passkey.name }).from(passkey).where(eq(passkey.userId, ownerId));
    const found = own.find((each) => each.id === id);
    if (!found) throw nothing();
    if (own.length === 1 && !(await hasPassword(inside, ownerId))) {
      throw new AppError("conflict", "This is your only way to sign in. Set a password or add another passkey first.");
    }
    await inside.db.delete(passkey).where(eq(passkey.id, id));
    await Audit.note(inside, { ownerId, action: "passkey.remove", details: { name: found.name ?? "" } });
  });
}

function nothing(): AppError {
  return new AppError("not_found", "There is no passkey with this id.");
}
