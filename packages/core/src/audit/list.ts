import { and, desc, eq, getTableColumns, lt } from "drizzle-orm";
import { allow, userOf, type Ctx } from "#kernel";
import { audit } from "./audit.sql.ts";

type Entry = Omit<typeof audit.$inferSelect, "ownerId">;

const PAGE = 50;
const { ownerId: whose, ...columns } = getTableColumns(audit);

/** What was done with the actor's things, newest first, 50 at a time; `next` is the `after` of the following page, null with the last. */
export async function list(ctx: Ctx, after?: string): Promise<{ entries: Entry[]; next: string | null }> {
  const ownerId = userOf(ctx);
  allow(ctx, "audit.read", { ownerId });
  const rows = await ctx.db
    .select(columns)
    .from(audit)
    .where(and(eq(whose, ownerId), after === undefined ? undefined : lt(audit.id, after)))
    .orderBy(desc(audit.id))
    .limit(PAGE + 1);
  const entries = rows.slice(0, PAGE);
  return { entries, next: rows.length > PAGE ? (entries.at(-1)?.id ?? null) : null };
}
