import { and, eq, ne } from "drizzle-orm";
import { session } from "#account/table";
import * as Audit from "#audit";
import { allow, AppError, transact, userOf, type Ctx } from "#kernel";

const MAX_DEVICE = 200;

/** Signs the actor out in one browser, at once. Throws `not_found` for a session that is over or somebody else's. */
export async function end(ctx: Ctx, id: string): Promise<void> {
  allow(ctx, "account.write", { ownerId: userOf(ctx) });
  const ownerId = userOf(ctx);
  await transact(ctx, async (inside) => {
    const [gone] = await inside.db
      .delete(session)
      .where(and(eq(session.id, id), eq(session.userId, ownerId)))
      .returning({ userAgent: session.userAgent });
    if (!gone) throw new AppError("not_found", "There is no session with this id.");
    const device = (gone.userAgent ?? "").slice(0, MAX_DEVICE);
    await Audit.note(inside, { ownerId, action: "session.end", details: { device } });
  });
}

/** Signs the actor out everywhere but in the browser that asks. Returns in how many. */
export async function endOthers(ctx: Ctx): Promise<number> {
  allow(ctx, "account.write", { ownerId: userOf(ctx) });
  const ownerId = userOf(ctx);
  const own = ctx.actor.kind === "user" ? ctx.actor.session?.id : undefined;
  return transact(ctx, async (inside) => {
    const gone = await inside.db
      .delete(session)
      .where(and(eq(session.userId, ownerId), own === undefined ? undefined : ne(session.id, own)))
      .returning({ id: session.id });
    if (gone.length > 0) await Audit.note(inside, { ownerId, action: "session.end", details: { count: gone.length } });
    return gone.length;
  });
}
