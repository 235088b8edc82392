import { and, asc, eq, lt, ne, sql } from "drizzle-orm";
import * as Audit from "#audit";
import { allow, newId, transact, userOf, type Ctx } from "#kernel";
import { alter } from "./alter.ts";
import { actionOf, type Field, FIELDS } from "./change.ts";
import { undo as undoTable } from "./mark.sql.ts";

const KEPT_MS = 24 * 3_600_000;

/**
 * Makes what the actor marked with this token as it was before, the last first, save what was changed again since. A token that was used, or is
 * forgotten, undoes nothing. Returns how many photos were changed. Throws `locked` as `mark` does.
 */
export async function undo(ctx: Ctx, token: string): Promise<{ changed: number }> {
  allow(ctx, "asset.write", { ownerId: userOf(ctx) });
  const ownerId = userOf(ctx);
  const mine = and(eq(undoTable.ownerId, ownerId), eq(undoTable.token, token), ne(undoTable.field, "item"));
  return transact(ctx, async (inside) => {
    const { id, after } = undoTable;
    const field = sql<Field>`${undoTable.field}`;
    const marks = await inside.db.select({ id, field, after }).from(undoTable).where(mine).orderBy(asc(id)).for("update");
    if (marks.some((each) => each.field === "locked")) allow(ctx, "locked.read", { ownerId });
    let total = 0;
    for (const each of marks.toReversed()) {
      // What comes back into the bin lies there anew: it would go for good at once if its thirty days were over meanwhile.
      const value = each.field === "trashed" ? sql`case when was is not null then ${ctx.now().toISOString()} end` : sql`was`;
      const { changed } = await alter(inside, {
        ownerId,
        field: each.field,
        selected: sql`
          select id, ${value} as value from (select unnest(ids) as id, unnest(before) as was from ${undoTable} where ${eq(id, each.id)}) as noted`,
        where: sql`seen.before is not distinct from ${each.after}::${FIELDS[each.field].type}`,
      });
      const action = actionOf(each.field, each.after === null);
      if (action && changed > 0) await Audit.note(inside, { ownerId, action, details: { count: changed } });
      total += changed;
    }
    // What changed nothing can be tried again: photos that were locked since are changed by who has shown who they are.
    if (total > 0) await inside.db.delete(undoTable).where(mine);
    return { changed: total };
  });
}

/**
 * Lets the actor undo by `token` that these photos have just come into their library, or out of its bin: they then go into the bin. Call it with the
 * ctx of a transaction.
 */
export async function noteAdded(ctx: Ctx, ids: readonly string[], token: string): Promise<void> {
  allow(ctx, "asset.write", { ownerId: userOf(ctx) });
  const at = ctx.now();
  const before = ids.map(() => at.toISOString());
  const field = "trashed" as const;
  const row = { id: newId(at.getTime()), ownerId: userOf(ctx), token, at, field, after: null, ids: [...ids], before };
  if (ids.length > 0) await ctx.db.insert(undoTable).values(row);
}

/** Forgets how to undo what was marked more than a day ago. */
export async function expire(ctx: Ctx): Promise<void> {
  allow(ctx, "ingest.run");
  await ctx.db.delete(undoTable).where(lt(undoTable.at, new Date(ctx.now().getTime() - KEPT_MS)));
}
