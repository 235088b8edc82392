import { lt } from "drizzle-orm";
import { allow, type Ctx } from "#kernel";
import { rateLimit, session, verification } from "./account.sql.ts";

/** Longer than any window in which tries are counted. */
const COUNTED_MS = 3_600_000;

/** Removes sessions and half-made proofs whose time is over, and counts of tries that no longer count. Returns how many sessions. */
export async function expire(ctx: Ctx): Promise<number> {
  allow(ctx, "ingest.run");
  const now = ctx.now();
  await ctx.db.delete(rateLimit).where(lt(rateLimit.lastRequest, now.getTime() - COUNTED_MS));
  await ctx.db.delete(verification).where(lt(verification.expiresAt, now));
  const gone = await ctx.db.delete(session).where(lt(session.expiresAt, now)).returning({ id: session.id });
  return gone.length;
}
