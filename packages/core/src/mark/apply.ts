import { sql } from "drizzle-orm";
import * as Audit from "#audit";
import { allow, AppError, newId, transact, userOf, type Ctx } from "#kernel";
import * as Timeline from "#timeline";
import { alter, idsIn } from "./alter.ts";
import { actionOf, FIELDS, isPlace, valueOf, type Change } from "./change.ts";
import { undo } from "./mark.sql.ts";

/**
 * Changes all photos of a selection that are the actor's and that they may see, at once; what is so already stays as it is. By `token`, an id of the
 * caller's choice, the change can be undone for a day; several calls may share one, and one that is repeated changes nothing more. Returns how many
 * were changed. Throws `stale` when a month of the selection has another revision now, `not_found` when nothing of it is there, and `locked` for
 * unlocking by somebody who has not shown who they are.
 */
export async function mark(ctx: Ctx, selection: Timeline.Selection, change: Change, token: string): Promise<{ changed: number }> {
  allow(ctx, "asset.write", { ownerId: userOf(ctx) });
  const ownerId = userOf(ctx);
  const at = ctx.now();
  const { field, value } = valueOf(change, at);
  if (field === "locked" && value === null) allow(ctx, "locked.read", { ownerId });
  const ids = await Timeline.selected(ctx, selection);
  const { type } = FIELDS[field];
  return transact(ctx, async (inside) => {
    const { seen, changed } = await alter(inside, {
      ownerId,
      field,
      selected: sql`select id, ${value}::${type} as value from ${idsIn(ids)}`,
      // Since when it is there is not told anew of what is in a place already.
      where: isPlace(field) && value !== null ? sql`seen.before is null` : sql`seen.before is distinct from seen.value`,
      note: sql`
        insert into ${undo} (id, owner_id, token, at, field, after, ids, before)
        select ${newId(at.getTime())}::uuid, ${ownerId}::uuid, ${token}::uuid, ${at.toISOString()}::timestamptz, ${field}::text,
          (${value}::${type})::text, array_agg(id), array_agg(before::text) from changed having count(*) > 0`,
    });
    if (seen === 0) throw new AppError("not_found", "These photos are not there any more.");
    const action = actionOf(field, value !== null);
    if (action && changed > 0) await Audit.note(inside, { ownerId, action, details: { count: changed } });
    return { changed };
  });
}
