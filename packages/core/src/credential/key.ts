import { and, count, desc, eq } from "drizzle-orm";
import { apikey, user } from "#account/table";
import * as Audit from "#audit";
import { allow, AppError, SCOPES, transact, userOf, type Ctx, type Scope } from "#kernel";
import { z } from "zod";

const MAX_KEYS = 50;

/** What a program may do in its maker's name. `days` from now; without it, until it is revoked. */
export type NewKey = { name: string; scopes: readonly Scope[]; days?: number | undefined };

/** Makes a key of random characters and keeps its hash alone, in the transaction of `ctx`. */
export type KeyMaker = (
  ctx: Ctx,
  given: { userId: string; name: string; scopes: readonly Scope[]; days: number | undefined },
) => Promise<{
  id: string;
  key: string;
}>;

/** A key without what opens: `start` are its first characters. */
type Key = {
  id: string;
  name: string;
  start: string;
  scopes: Scope[];
  createdAt: Date;
  usedAt: Date | null;
  expiresAt: Date | null;
};

/**
 * Makes a key of the actor's, which may do no more than they: `admin` is the owner's alone. It is told this once.
 * Throws `locked` unless they have just shown who they are, `forbidden` for a key and for a scope that is not theirs, `conflict` with 50 keys.
 */
export async function create(ctx: Ctx, { name, scopes, days }: NewKey, make: KeyMaker): Promise<{ id: string; key: string }> {
  allow(ctx, "key.create", { ownerId: userOf(ctx) });
  const userId = userOf(ctx);
  if (scopes.includes("admin")) allow(ctx, "admin.write");
  return transact(ctx, async (inside) => {
    // Two that are made at once must not both be the last.
    await inside.db.select({ id: user.id }).from(user).where(eq(user.id, userId)).for("update");
    const [held] = await inside.db.select({ keys: count() }).from(apikey).where(eq(apikey.referenceId, userId));
    if ((held?.keys ?? 0) >= MAX_KEYS) throw new AppError("conflict", `You have ${MAX_KEYS} keys. Revoke one that is not used any more.`);
    const made = await make(inside, { userId, name, scopes: [...new Set(scopes)], days });
    await Audit.note(inside, { ownerId: userId, action: "key.create", details: { name, scopes: scopes.join(" ") } });
    return made;
  });
}

/** The actor's keys, newest first. */
export async function keys(ctx: Ctx): Promise<Key[]> {
  allow(ctx, "key.read", { ownerId: userOf(ctx) });
  const rows = await ctx.db
    .select()
    .from(apikey)
    .where(eq(apikey.referenceId, userOf(ctx)))
    .orderBy(desc(apikey.id));
  return rows.map((row) => ({
    id: row.id,
    name: row.name ?? "",
    start: row.start ?? "",
    scopes: scopesOf(row.permissions),
    createdAt: row.createdAt,
    usedAt: row.lastRequest,
    expiresAt: row.expiresAt,
  }));
}

/** Ends a key of the actor's at once. Throws `not_found`, also for somebody else's. */
export async function revoke(ctx: Ctx, id: string): Promise<void> {
  allow(ctx, "key.write", { ownerId: userOf(ctx) });
  const ownerId = userOf(ctx);
  await transact(ctx, async (inside) => {
    const [gone] = await inside.db
      .delete(apikey)
      .where(and(eq(apikey.id, id), eq(apikey.referenceId, ownerId)))
      .returning({ name: apikey.name });
    if (!gone) throw new AppError("not_found", "There is no key with this id.");
    await Audit.note(inside, { ownerId, action: "key.revoke", details: { name: gone.name ?? "" } });
  });
}

const Permissions = z.object({ tintype: z.array(z.string()) });

/** The scopes in a key's `permissions`; what is no scope (any more) gives nothing. */
export function scopesOf(permissions: string | null): Scope[] {
  const told = Permissions.safeParse(JSON.parse(permissions ?? "{}"));
  return told.success ? SCOPES.filter((scope) => told.data.tintype.includes(scope)) : [];
}
