import { sql, type SQL } from "drizzle-orm";
import { asset } from "#asset/table";
import { idArray } from "#columns";
import { allow, isUnlocked, type Ctx } from "#kernel";
import * as Timeline from "#timeline";
import { FIELDS, type Field } from "./change.ts";

type Alter = {
  ownerId: string;
  field: Field;
  /** A query of ids, and of the value that each photo is to get. */
  selected: SQL;
  /** Which of those that are `seen`, with the value `before`, are changed. */
  where: SQL;
  /** A statement on what is `changed`, which are ids and the value `before`. */
  note?: SQL;
};

/** `seen` are the photos that are there, `changed` those of them that were changed. */
type Altered = { seen: number; changed: number };

/**
 * Sets one field of the owner's photos in one statement, and touches their months. Not seen are those that go for good, and the locked ones by
 * somebody who has not shown who they are. Their rows are locked in the order of their ids, so that two calls never wait for each other.
 * Call it with the ctx of a transaction.
 */
export async function alter(ctx: Ctx, { ownerId, field, selected, where, note }: Alter): Promise<Altered> {
  allow(ctx, "asset.write", { ownerId });
  const { column, type } = FIELDS[field];
  const at = ctx.now().toISOString();
  const { rows } = await ctx.db.execute<Altered & { months?: string | null }>(sql`
    with selected as materialized (${selected}),
    seen as materialized (
      select a.id, a.${column} as before, selected.value::${type} as value from ${asset} a join selected on selected.id = a.id
      where a.owner_id = ${ownerId}::uuid and a.purged_at is null and ${seesLocked(ctx) ? sql`true` : sql`a.locked_at is null`}
      order by a.id for update of a),
    changed as (
      update ${asset} a set ${column} = seen.value, updated_at = ${at}::timestamptz from seen where a.id = seen.id and (${where})
      returning a.id, a.local_at, seen.before)
    ${note === undefined ? sql`` : sql`, noted as (${note})`}
    select (select count(*)::int from seen) as seen, (select count(*)::int from changed) as changed,
      (select string_agg(distinct to_char(local_at, 'YYYY-MM-"01T00:00:00"'), ',') from changed) as months`);
  const { months = null, ...altered } = rows[0] ?? { seen: 0, changed: 0 };
  if (months !== null) await Timeline.touch(ctx, ownerId, months.split(","));
  return altered;
}

/** Ids as a table of one column `id`. */
export function idsIn(ids: readonly string[]): SQL {
  return sql`unnest(${idArray(ids)}) as id`;
}

function seesLocked(ctx: Pick<Ctx, "actor">): boolean {
  return ctx.actor.kind === "system" || isUnlocked(ctx);
}
