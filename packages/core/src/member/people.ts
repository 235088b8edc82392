import { and, asc, isNull, ne } from "drizzle-orm";
import { user } from "#account/table";
import { allow, userOf, type Ctx } from "#kernel";

/** The others with an account here who may sign in, by name: with whom one may share. Neither their addresses nor anything else of theirs. */
export async function people(ctx: Ctx): Promise<{ name: string; handle: string }[]> {
  const userId = userOf(ctx);
  allow(ctx, "people.read", { ownerId: userId });
  return ctx.db
    .select({ name: user.name, handle: user.handle })
    .from(user)
    .where(and(ne(user.id, userId), isNull(user.disabledAt)))
    .orderBy(asc(user.name), asc(user.handle));
}
