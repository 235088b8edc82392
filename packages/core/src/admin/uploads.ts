import { count } from "drizzle-orm";
import { allow, type Ctx } from "#kernel";
import { upload } from "#upload/table";

/** How many uploads are in each state; those that ended are kept for a month. Throws `forbidden` for anyone but the owner. */
export async function uploads(ctx: Ctx): Promise<{ state: string; count: number }[]> {
  allow(ctx, "admin.read");
  return ctx.db.select({ state: upload.state, count: count() }).from(upload).groupBy(upload.state).orderBy(upload.state);
}
