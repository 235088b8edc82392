import { and, desc, eq, gt } from "drizzle-orm";
import { session } from "#account/table";
import { allow, userOf, type Ctx } from "#kernel";

/** A browser in which somebody is signed in. `usedAt` is right to the hour. */
type Session = { id: string; createdAt: Date; usedAt: Date; address: string | null; userAgent: string | null; isThis: boolean };

/** Where the actor is signed in, the latest used first. */
export async function list(ctx: Ctx): Promise<Session[]> {
  const userId = userOf(ctx);
  allow(ctx, "account.write", { ownerId: userId });
  const rows = await ctx.db
    .select({
      id: session.id,
      createdAt: session.createdAt,
      usedAt: session.updatedAt,
      address: session.ipAddress,
      userAgent: session.userAgent,
    })
    .from(session)
    .where(and(eq(session.userId, userId), gt(session.expiresAt, ctx.now())))
    .orderBy(desc(session.updatedAt), desc(session.id));
  const own = ctx.actor.kind === "user" ? ctx.actor.session?.id : undefined;
  return rows.map((row) => ({ ...row, isThis: row.id === own }));
}
