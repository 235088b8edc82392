import { and, asc, eq, lt, notInArray, sql, type SQL } from "drizzle-orm";
import { asset } from "#asset/table";
import * as Audit from "#audit";
import { allow, isUnlocked, newId, transact, userOf, type Ctx } from "#kernel";
import { alter } from "./alter.ts";
import { actionOf, type Field, FIELDS } from "./change.ts";
import { undo as undoTable } from "./mark.sql.ts";

const KEPT_MS = 24 * 3_600_000;

/**
 * Makes what the actor marked with this token as it was before, the last first, save what was changed again since. A token that was used, or is
 * forgotten, undoes nothing; what was locked since waits for who has shown who they are. Returns how many photos were changed. Throws `locked` as
 * `mark` does.
 */
export async function undo(ctx: Ctx, token: string): Promise<{ changed: number }> {
  allow(ctx, "asset.write", { ownerId: userOf(ctx) });
  const ownerId = userOf(ctx);
  const mine = and(eq(undoTable.ownerId, ownerId), eq(undoTable.token, token), notInArray(undoTable.field, ["item", "offer"]));
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
    await forget(inside, mine);
    return { changed: total };
  });
}

/** Forgets how to undo this of the actor's but for the photos that were locked since: who has shown who they are can still undo theirs. */
export async function forget(ctx: Ctx, which: SQL | undefined): Promise<void> {
  allow(ctx, "asset.write", { ownerId: userOf(ctx) });
  const marks = and(eq(undoTable.ownerId, userOf(ctx)), which);
  if (isUnlocked(ctx)) return void (await ctx.db.delete(undoTable).where(marks));
  await ctx.db.execute(sql`
    with rest as materialized (
      select ${undoTable.id} as id, array_agg(noted.id order by number) as ids, array_agg(was order by number) as before
      from ${undoTable} cross join unnest(${undoTable.ids}, ${undoTable.before}) with ordinality as noted (id, was, number)
      join ${asset} on ${asset.id} = noted.id
      where ${marks} and ${asset.ownerId} = ${userOf(ctx)}::uuid and ${asset.lockedAt} is not null and ${asset.purgedAt} is null
      group by ${undoTable.id}),
    gone as (delete from ${undoTable} where ${marks} and ${undoTable.id} not in (select id from rest))
    update ${undoTable} set ids = rest.ids, before = rest.before from rest where ${undoTable.id} = rest.id`);
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
