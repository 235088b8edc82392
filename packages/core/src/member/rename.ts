import { eq } from "drizzle-orm";
import { user } from "#account/table";
import { allow, userOf, type Ctx } from "#kernel";

/** Gives the actor another name; their folder in the bucket stays. */
export async function rename(ctx: Ctx, name: string): Promise<void> {
  allow(ctx, "account.write", { ownerId: userOf(ctx) });
  await ctx.db
    .update(user)
    .set({ name, updatedAt: ctx.now() })
    .where(eq(user.id, userOf(ctx)));
}
