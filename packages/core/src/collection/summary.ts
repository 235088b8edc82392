import { sql } from "drizzle-orm";
import { asset } from "#asset/table";
import type { Ctx } from "#kernel";
import * as Share from "#share";
import * as Stripped from "#stripped";
import { type Collection, open } from "./open.ts";
import { hasCopies, mayHaveOriginal } from "./save.ts";

/**
 * How much a collection has, with the bytes of all originals; `files` are neither photos nor videos; `face` is the photo that was chosen to stand
 * for it, or else the first in its own order, of those of which there is a picture.
 */
export type Summary = { count: number; videos: number; files: number; bytes: number; face: string | null };

/** What a collection has in all. */
export async function summary(ctx: Ctx, collection: Collection): Promise<Summary> {
  const { where, order, coverId } = await open(ctx, collection);
  const isChosen = sql`(${asset.id} = ${coverId}::uuid) desc nulls last`;
  const inOrder = sql.join([isChosen, ...order], sql`, `);
  const columns = {
    count: sql<number>`count(*)`.mapWith(Number),
    videos: sql<number>`count(*) filter (where ${asset.kind} = 'video')`.mapWith(Number),
    files: sql<number>`count(*) filter (where ${asset.kind} in ('sidecar', 'other'))`.mapWith(Number),
    bytes: sql<number>`coalesce(sum(${asset.size}), 0)`.mapWith(Number),
    face: sql<string | null>`(array_agg(${asset.id} order by ${inOrder}) filter (where ${asset.derivedVersion} is not null))[1]`,
  };
  const [row] = await ctx.db.select(columns).from(asset).where(where);
  return row ?? { count: 0, videos: 0, files: 0, bytes: 0, face: null };
}

/** Of how many photos of a collection `downloads` has something, and the bytes of that, as a link's budget counts them. */
export type Savable = { count: number; bytes: number };

/** What downloading all of a collection gives; a copy that is not made yet counts as its original does. */
export async function savable(ctx: Ctx, collection: Collection): Promise<Savable> {
  const { where, hides } = await open(ctx, collection);
  // What is null is left out.
  const preview = sql`case when ${asset.derivedVersion} is not null then ${Share.ESTIMATE.preview}::bigint end`;
  const isWhole = mayHaveOriginal(ctx, hides);
  const copy = hasCopies(ctx, hides) ? Stripped.bytesOf(ctx.now(), preview) : preview;
  const each = sql`case when ${asset.missing} then ${isWhole ? sql`null` : preview} else ${isWhole ? asset.size : copy} end`;
  const columns = { count: sql<number>`count(${each})`.mapWith(Number), bytes: sql<number>`coalesce(sum(${each}), 0)`.mapWith(Number) };
  const [row] = await ctx.db.select(columns).from(asset).where(where);
  return row ?? { count: 0, bytes: 0 };
}

/** The ids of its first photos, in its own order. */
export async function first(ctx: Ctx, collection: Collection, limit: number): Promise<string[]> {
  const { where, order } = await open(ctx, collection);
  const rows = await ctx.db
    .select({ id: asset.id })
    .from(asset)
    .where(where)
    .orderBy(...order)
    .limit(limit);
  return rows.map(({ id }) => id);
}
