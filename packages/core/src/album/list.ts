import { and, desc, eq, inArray, isNotNull, or, sql, type SQL } from "drizzle-orm";
import { user } from "#account/table";
import { derivedUrl, isIn } from "#asset";
import { asset } from "#asset/table";
import * as Grant from "#grant";
import { grant } from "#grant/table";
import { allow, AppError, userOf, type Ctx, type Role } from "#kernel";
import { album, albumItem } from "./album.sql.ts";

/** What lists and the album's own page tell of it. `from` and `to` are the wall clocks of its oldest and newest photo. */
export type Summary = {
  id: string;
  title: string;
  description: string;
  sort: "newest" | "oldest" | "manual";
  /** What the actor is to it; null when it is theirs. */
  role: Role | null;
  owner: { id: string; name: string; handle: string };
  members: Grant.Member[];
  count: number;
  from: string | null;
  to: string | null;
  /** The photo on its cover: chosen by hand, or its newest with a picture. */
  cover: { assetId: string; chosen: boolean; thumb: string | null; preview: string | null } | null;
  updatedAt: string;
};

/** `next` is the `after` of the following page, null with the last. */
type Page = { albums: Summary[]; next: string | null };

const PAGE = 100;

/**
 * The actor's albums and those shared with them, what changed last first, 100 at a time, in two queries. One that changes while they are read comes
 * to
 * the front, and is not read again.
 */
export async function list(ctx: Ctx, after?: string): Promise<Page> {
  allow(ctx, "album.read", { ownerId: userOf(ctx) });
  return page(ctx, undefined, after);
}

/** Those of them in which a photo is seen. */
export async function listOf(ctx: Ctx, assetId: string, after?: string): Promise<Page> {
  allow(ctx, "album.read", { ownerId: userOf(ctx) });
  return page(ctx, sql`exists (select ${inAlbum} and ${asset.id} = ${assetId}::uuid)`, after);
}

/** One of them. Throws `not_found` for one that is neither the actor's nor shared with them. */
export async function get(ctx: Ctx, id: string): Promise<Summary> {
  allow(ctx, "album.read", { ownerId: userOf(ctx) });
  const [found] = await summaries(ctx, eq(album.id, id));
  if (!found) throw new AppError("not_found", "There is no album with this id.");
  return found;
}

const inAlbum = sql`from ${albumItem} join ${asset} on ${asset.id} = ${albumItem.assetId}
  where ${albumItem.albumId} = ${album.id} and ${isIn("album")}`;

/** All that is counted of an album. */
const facts = sql`lateral (select count(*)::int as count, min(${asset.localAt}) as oldest, max(${asset.localAt}) as newest ${inAlbum}) as facts`;

/** The photo to show first; one without a picture only when there is no other. */
const cover = sql`lateral (
  select ${asset.id} as id, ${asset.ownerId} as owner_id, ${asset.sourceId} as source_id, ${asset.sha256} as sha256, ${asset.derivedVersion} as derived_version ${inAlbum}
  order by (${asset.id} = ${album.coverId}) desc nulls last, (${asset.derivedVersion} is null), ${asset.localAt} desc, ${asset.id} desc
  limit 1) as cover`;

/** As exact as it is told: a time of the database's own is finer, and a page that begins after one told of would leave some out. */
const changedAt = sql`date_trunc('milliseconds', ${album.updatedAt})`;

async function page(ctx: Ctx, which: SQL | undefined, after: string | undefined): Promise<Page> {
  const ids = ctx.db
    .select({ id: album.id })
    .from(album)
    .leftJoin(grant, Grant.heldBy(ctx, "album", album.id))
    .where(and(isListed(ctx), which, after === undefined ? undefined : comesAfter(after)))
    .orderBy(desc(changedAt), desc(album.id))
    .limit(PAGE + 1);
  const found = await summaries(ctx, inArray(album.id, ids));
  const albums = found.slice(0, PAGE);
  const last = albums.at(-1);
  return { albums, next: last && found.length > PAGE ? `${Date.parse(last.updatedAt)}.${last.id}` : null };
}

function comesAfter(cursor: string): SQL {
  const [ms, id] = cursor.split(".");
  return sql`(${changedAt}, ${album.id}) < (${new Date(Number(ms)).toISOString()}::timestamptz, ${id}::uuid)`;
}

function isListed(ctx: Ctx): SQL | undefined {
  return and(eq(album.kind, "album"), or(eq(album.ownerId, userOf(ctx)), isNotNull(grant.id)));
}

async function summaries(ctx: Ctx, which: SQL): Promise<Summary[]> {
  const rows = await ctx.db
    .select({
      id: album.id,
      title: album.title,
      description: album.description,
      sort: album.sort,
      role: grant.role,
      owner: { id: user.id, name: user.name, handle: user.handle },
      chosen: album.coverId,
      updatedAt: album.updatedAt,
      count: sql<number>`facts.count`,
      from: sql<string | null>`facts.oldest`.mapWith(asset.localAt),
      to: sql<string | null>`facts.newest`.mapWith(asset.localAt),
      coverId: sql<string | null>`cover.id`,
      coverOf: sql<string | null>`cover.owner_id`,
      sourceId: sql<string | null>`cover.source_id`,
      sha256: sql<Uint8Array | null>`cover.sha256`.mapWith(asset.sha256),
      derivedVersion: sql<number | null>`cover.derived_version`,
    })
    .from(album)
    .innerJoin(user, eq(user.id, album.ownerId))
    .leftJoin(grant, Grant.heldBy(ctx, "album", album.id))
    .leftJoin(facts, sql`true`)
    .leftJoin(cover, sql`true`)
    .where(and(isListed(ctx), which))
    .orderBy(desc(changedAt), desc(album.id));
  const members = await Grant.members(
    ctx,
    "album",
    rows.map(({ id }) => id),
  );
  return rows.map(({ chosen, coverId, coverOf, sourceId, sha256, derivedVersion, updatedAt, ...row }) => {
    const pictured =
      coverId !== null && coverOf !== null && sha256 !== null
        ? { id: coverId, ownerId: coverOf, lockedAt: null, sourceId, sha256, derivedVersion }
        : undefined;
    return {
      ...row,
      members: members.get(row.id) ?? [],
      cover: pictured
        ? {
            assetId: pictured.id,
            chosen: chosen === pictured.id,
            thumb: derivedUrl(ctx, pictured, "thumb"),
            preview: derivedUrl(ctx, pictured, "preview"),
          }
        : null,
      updatedAt: updatedAt.toISOString(),
    };
  });
}
