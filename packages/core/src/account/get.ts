import { eq } from "drizzle-orm";
import { allow, AppError, type Ctx } from "#kernel";
import { user } from "./account.sql.ts";

/** A person as others may see them; `handle` is their folder in the bucket. */
export type Person = { id: string; name: string; email: string; handle: string; role: "owner" | "member" };

export const personColumns = { id: user.id, name: user.name, email: user.email, handle: user.handle, role: user.role };

/** The folder names of everybody, by letter. */
export async function handles(ctx: Pick<Ctx, "actor" | "db">): Promise<string[]> {
  allow(ctx, "admin.read");
  const rows = await ctx.db.select({ handle: user.handle }).from(user).orderBy(user.handle);
  return rows.map(({ handle }) => handle);
}

/** The person with this id. Throws `not_found`, also for anyone but the actor. */
export async function get(ctx: Ctx, id: string): Promise<Person> {
  allow(ctx, "account.read", { ownerId: id });
  const [person] = await ctx.db.select(personColumns).from(user).where(eq(user.id, id));
  if (!person) throw new AppError("not_found", "There is no account with this id.");
  return person;
}

/** The folder of a person who sends something into it. */
export async function handleOf(ctx: Ctx, id: string): Promise<string> {
  allow(ctx, "upload.create", { ownerId: id });
  const [person] = await ctx.db.select({ handle: user.handle }).from(user).where(eq(user.id, id));
  if (!person) throw new AppError("not_found", "There is no account with this id.");
  return person.handle;
}
