import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { asc, desc, sql } from "drizzle-orm";
import { asset } from "#asset/table";
import { type Chunk, joinBytes, type Listed, packDays, packRatios } from "#geometry";
import type { Ctx } from "#kernel";
import { type Collection, open, type Opened } from "./open.ts";

const ID_BYTES = 16;

type Row = { month: number; day: number; ids: Uint8Array; sizes: Uint8Array };

/**
 * The whole geometry of a collection with its ids, as it is now, and a tag that changes when any of it does. A chunk's revision is made of what it
 * holds: a month that nothing was done to keeps it. Throws as `open` does.
 */
export async function geometry(ctx: Ctx, collection: Collection): Promise<Listed & { tag: string }> {
  const opened = await open(ctx, collection);
  const rows = await read(ctx, opened);
  const chunks = chunksOf(rows);
  const ids = joinBytes(rows.map((row) => row.ids));
  const tag = bytesToHex(sha256(joinBytes([ids, ...chunks.flatMap(({ days, ratios }) => [days, ratios])]))).slice(0, 32);
  return { days: opened.days, ids, geometry: { revision: 0, chunks }, tag };
}

/** One row a day; one in all where there are no days. */
async function read(ctx: Ctx, { where, order, days, oldestFirst }: Opened): Promise<Row[]> {
  const inOrder = sql`order by ${sql.join([...order], sql`, `)}`;
  const size = sql`int4send(coalesce(${asset.width}, 0)) || int4send(coalesce(${asset.height}, 0))`;
  const columns = {
    ids: sql<Uint8Array>`coalesce(string_agg(uuid_send(${asset.id}), ''::bytea ${inOrder}), ''::bytea)`.mapWith(asset.sha256),
    sizes: sql<Uint8Array>`coalesce(string_agg(${size}, ''::bytea ${inOrder}), ''::bytea)`.mapWith(asset.sha256),
  };
  if (!days) {
    const [all] = await ctx.db.select(columns).from(asset).where(where);
    return all && all.ids.length > 0 ? [{ month: 0, day: 1, ...all }] : [];
  }
  const month = sql<number>`(extract(year from ${asset.localAt}) * 12 + extract(month from ${asset.localAt}) - 1)::int`;
  const day = sql<number>`extract(day from ${asset.localAt})::int`;
  const by = oldestFirst ? asc : desc;
  return ctx.db
    .select({ month, day, ...columns })
    .from(asset)
    .where(where)
    .groupBy(month, day)
    .orderBy(by(month), by(day));
}

function chunksOf(rows: readonly Row[]): Chunk[] {
  const months = [...new Set(rows.map(({ month }) => month))];
  return months.map((month) => {
    const own = rows.filter((row) => row.month === month);
    const ids = joinBytes(own.map((row) => row.ids));
    const days = packDays(own.map((row) => [row.day, row.ids.length / ID_BYTES]));
    const ratios = joinBytes(own.map((row) => packRatios(row.sizes)));
    return { month, revision: revisionOf(joinBytes([ids, days, ratios])), count: ids.length / ID_BYTES, days, ratios };
  });
}

/** Never 0: that is a month of which the server has nothing. */
function revisionOf(content: Uint8Array): number {
  return Number.parseInt(bytesToHex(sha256(content)).slice(0, 8), 16) || 1;
}
