import { and, eq, sql } from "drizzle-orm";
import { appendItem, type ItemColumns, itemColumns, type ItemRow, noItems } from "#asset";
import { asset } from "#asset/table";
import { isAnyOf } from "#columns";
import { allow, fromBytes, userOf, type Ctx } from "#kernel";
import { ID_BYTES } from "./month.ts";
import { timelineChunk } from "./timeline.sql.ts";

/** Items `from` (included) to `to` (excluded) of a month, as that month's chunk of `revision` numbers them. */
export type Range = { month: number; revision: number; from: number; to: number };

/** Columns of the items of all ranges that are not stale, one after the other; `month` and `stale` have one entry per range. */
export type Items = ItemColumns & {
  month: number[];
  /** The month has changed since that revision: ask for `changes` and then again. */
  stale: boolean[];
};

/** The items of these ranges of the actor's timeline, in two queries. A range past the end of its month, or with items gone, is stale too. */
export async function items(ctx: Ctx, ranges: readonly Range[]): Promise<Items> {
  allow(ctx, "timeline.read", { ownerId: userOf(ctx) });
  const ownerId = userOf(ctx);
  const idsOf = await packedIds(ctx, ranges);
  const rows = await rowsById(
    ctx,
    ownerId,
    idsOf.flatMap((ids) => ids ?? []),
  );
  const result: Items = { month: [], stale: [], ...noItems() };
  for (const [i, range] of ranges.entries()) {
    const ids = idsOf[i];
    const present = ids?.flatMap((id) => rows.get(id) ?? []);
    const stale = !ids || present?.length !== range.to - range.from;
    result.month.push(range.month);
    result.stale.push(stale);
    if (!stale) for (const row of present) appendItem(ctx, result, row);
  }
  return result;
}

/** No month has more: Postgres counts the bytes of its ids in an int4. */
const MAX_MONTH = Math.floor((2 ** 31 - 1) / ID_BYTES);

/** The packed ids of each range of the actor's; undefined where the chunk has another revision, or can have no such items. */
export async function packedIds(ctx: Ctx, ranges: readonly Range[]): Promise<(string[] | undefined)[]> {
  const ownerId = userOf(ctx);
  const result: (string[] | undefined)[] = ranges.map(() => undefined);
  const values = ranges.flatMap(({ month, revision, from, to }, i) =>
    to > MAX_MONTH ? [] : [sql`(${i}::int, ${month}::int, ${revision}::int, ${from}::int, ${to}::int)`],
  );
  if (values.length === 0) return result;
  const wanted = sql`(values ${sql.join(values, sql`, `)}) as wanted (range, month, revision, first, last)`;
  const slice = sql`substring(${timelineChunk.ids} from wanted.first * ${ID_BYTES}::int + 1 for (wanted.last - wanted.first) * ${ID_BYTES}::int)`;
  const rows = await ctx.db
    .select({ range: sql<number>`wanted.range`, ids: sql<Uint8Array>`${slice}`.mapWith(timelineChunk.ids) })
    .from(timelineChunk)
    .innerJoin(wanted, sql`wanted.month = ${timelineChunk.month} and wanted.revision = ${timelineChunk.revision}`)
    .where(eq(timelineChunk.ownerId, ownerId));
  for (const row of rows) {
    result[row.range] = Array.from({ length: row.ids.length / ID_BYTES }, (_, i) => fromBytes(row.ids.subarray(i * ID_BYTES)));
  }
  return result;
}

async function rowsById(ctx: Ctx, ownerId: string, ids: readonly string[]): Promise<Map<string, ItemRow>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.db
    .select(itemColumns)
    .from(asset)
    .where(and(isAnyOf(asset.id, ids), eq(asset.ownerId, ownerId)));
  return new Map(rows.map((row) => [row.id, row]));
}
