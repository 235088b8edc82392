import { lt } from "drizzle-orm";
import { allow, type Ctx } from "#kernel";
import { audit } from "./audit.sql.ts";

/** Longer than anybody asks back, and not for ever: it tells of people. */
const KEPT_MS = 365 * 86_400_000;

/** Forgets what was done more than a year ago. Returns how much. */
export async function expire(ctx: Ctx): Promise<number> {
  allow(ctx, "ingest.run");
  const gone = await ctx.db
    .delete(audit)
    .where(lt(audit.at, new Date(ctx.now().getTime() - KEPT_MS)))
    .returning({ id: audit.id });
  return gone.length;
}
