import { and, eq, gt } from "drizzle-orm";
import { session, user } from "#account/table";
import { allow, type Ctx } from "#kernel";
import { type Head, NOTHING_SHOWN } from "#timeline";
import { timelineHead } from "#timeline/table";

/** A session that has not run out, whose it is, and the newest state of their timeline. */
export type Found = {
  session: { id: string; expiresAt: Date; unlockedUntil: Date | null };
  user: { id: string; role: "owner" | "member"; disabledAt: Date | null };
  head: Head;
};

/** The session with this token, in one query; undefined when there is none, or its time is over. Whoever asks has seen that the token is signed. */
export async function find(ctx: Pick<Ctx, "actor" | "db" | "now">, token: string): Promise<Found | undefined> {
  allow(ctx, "actor.find");
  const [found] = await ctx.db
    .select({
      session: { id: session.id, expiresAt: session.expiresAt, unlockedUntil: session.unlockedUntil },
      user: { id: user.id, role: user.role, disabledAt: user.disabledAt },
      head: { epoch: timelineHead.epoch, revision: timelineHead.revision },
    })
    .from(session)
    .innerJoin(user, eq(user.id, session.userId))
    .leftJoin(timelineHead, eq(timelineHead.ownerId, user.id))
    .where(and(eq(session.token, token), gt(session.expiresAt, ctx.now())));
  return found && { ...found, head: found.head ?? NOTHING_SHOWN };
}
