import { and, eq, inArray, sql } from "drizzle-orm";
import { type AssetKind, type AssetState, HIDDEN, SHOWN } from "#asset";
import { fromBytes, toBytes, userOf, type Ctx } from "#kernel";
import { ID_BYTES, monthOf } from "./month.ts";
import { timelineChunk } from "./timeline.sql.ts";

const TAIL = ID_BYTES - 4;

type Candidate = { id: string; localAt: string; state: AssetState; kind: AssetKind };

/**
 * A revision from which each of the actor's assets is shown; assets that are not packed yet are left out.
 * A clean month holds all its assets; of a dirty one the packed ids tell. Nothing is waited for of a hidden one: every revision is right.
 */
export async function shownFrom(ctx: Ctx, assets: readonly Candidate[]): Promise<Map<string, number>> {
  const ownerId = userOf(ctx);
  const settled = assets.filter((row) => SHOWN.includes(row.state));
  const hidden = settled.filter((row) => HIDDEN.includes(row.kind)).map((row) => [row.id, 0] as const);
  const candidates = settled.filter((row) => !HIDDEN.includes(row.kind));
  const months = [...new Set(candidates.map((row) => monthOf(row.localAt)))];
  if (months.length === 0) return new Map(hidden);
  const chunks = await ctx.db
    .select({
      month: timelineChunk.month,
      revision: timelineChunk.revision,
      dirtyIds: sql<Uint8Array | null>`case when ${timelineChunk.dirty} then ${timelineChunk.ids} end`.mapWith(timelineChunk.ids),
    })
    .from(timelineChunk)
    .where(and(eq(timelineChunk.ownerId, ownerId), inArray(timelineChunk.month, months)));
  const byMonth = new Map(chunks.map((chunk) => [chunk.month, chunk]));
  const packed = idsAmong(
    new Set(candidates.map((row) => row.id)),
    chunks.flatMap((chunk) => chunk.dirtyIds ?? []),
  );
  const shown = candidates.flatMap((row) => {
    const chunk = byMonth.get(monthOf(row.localAt));
    const isPacked = chunk && (chunk.dirtyIds === null || packed.has(row.id));
    return isPacked ? [[row.id, chunk.revision] as const] : [];
  });
  return new Map([...hidden, ...shown]);
}

/** Which of `wanted` are in these packed ids. The last four bytes, all random in a UUIDv7, sort out the rest without making a text of each. */
function idsAmong(wanted: ReadonlySet<string>, packed: readonly Uint8Array[]): Set<string> {
  const tails = new Set([...wanted].map((id) => new DataView(toBytes(id).buffer).getUint32(TAIL)));
  const found = new Set<string>();
  for (const ids of packed) {
    const view = new DataView(ids.buffer, ids.byteOffset, ids.byteLength);
    for (let at = 0; at < ids.length; at += ID_BYTES) {
      if (!tails.has(view.getUint32(at + TAIL))) continue;
      const id = fromBytes(ids.subarray(at, at + ID_BYTES));
      if (wanted.has(id)) found.add(id);
    }
  }
  return found;
}
