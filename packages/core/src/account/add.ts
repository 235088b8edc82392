import { eq, like, or } from "drizzle-orm";
import { allow, AppError, newId, type Ctx } from "#kernel";
import { handleFrom, SWEEP_JOB } from "#storage";
import { account, user } from "./account.sql.ts";
import { personColumns, type Person } from "./get.ts";
import { freeHandle } from "./handle.ts";

/** `folder` names their folder in the bucket; without `password` (its hash) they will have to sign in by a passkey. */
export type NewPerson = {
  name: string;
  email: string;
  folder: string;
  role: Person["role"];
  quotaBytes?: number | null;
  password: string | undefined;
};

/**
 * Makes an account, in the transaction of what allows it. Throws `conflict` when the e-mail address has one, or when there is an owner already;
 * what the transaction did is then undone.
 */
export async function add(ctx: Ctx, { name, email, folder, role, quotaBytes = null, password }: NewPerson): Promise<Person> {
  allow(ctx, "account.join");
  const id = newId(ctx.now().getTime());
  // What is numbered may have lost its end.
  const base = handleFrom(folder).slice(0, 28);
  const known = await ctx.db
    .select({ handle: user.handle, email: user.email })
    .from(user)
    .where(or(like(user.handle, `${base}%`), eq(user.email, email.toLowerCase())));
  if (known.some((row) => row.email === email.toLowerCase())) {
    throw new AppError("conflict", "This e-mail address has an account already. Sign in instead.", { extra: { field: "email" } });
  }
  const handle = freeHandle(folder, new Set(known.map((row) => row.handle)));
  const values = { id, name, email: email.toLowerCase(), handle, role, quotaBytes };
  const [person] = await ctx.db.insert(user).values(values).onConflictDoNothing().returning(personColumns);
  if (!person) throw new AppError("conflict", "Somebody else was quicker. Try it again.");
  if (password !== undefined) {
    await ctx.db.insert(account).values({ id: newId(ctx.now().getTime()), accountId: id, providerId: "credential", userId: id, password });
  }
  // There may be photos of this person in the store: of an older database, or put there by hand.
  await ctx.queue.enqueue([SWEEP_JOB]);
  return person;
}
