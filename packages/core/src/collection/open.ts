import { and, asc, desc, eq, or, sql, type SQL } from "drizzle-orm";
import { user } from "#account/table";
import * as Album from "#album";
import { albumItem } from "#album/table";
import { binOf, isIn, isTile } from "#asset";
import { asset } from "#asset/table";
import * as Guest from "#guest";
import { allow, userOf, type Ctx } from "#kernel";

/** A set of photos that a grid shows, other than the timeline. A share link sees its album. */
export type Collection = { kind: "favourites" | "archive" | "locked" | "bin" | "held" } | { kind: "album"; id: string };

/** What an actor sees of a collection: a condition on `asset`, and the order of what meets it. */
export type Opened = {
  where: SQL | undefined;
  order: readonly SQL[];
  /** Whether it is shown by days. */
  days: boolean;
  /** Whether `asc` is the order of its days. */
  oldestFirst: boolean;
  /** Neither time, place, camera nor name is told. */
  hides: boolean;
  /** The photo that was chosen to stand for it. */
  coverId: string | null;
  /** Who put a photo into the album, by name; undefined where that is not told. */
  addedBy?: SQL<string | null> | undefined;
};

/** What one may open it for: to look, to save files, to save it to one's own library. */
type Sight = "album.read" | "album.download" | "album.save";

const NEWEST = [desc(asset.localAt), desc(asset.id)];
const OLDEST = [asc(asset.localAt), asc(asset.id)];
const BY_DAYS = { order: NEWEST, days: true, oldestFirst: false, hides: false, coverId: null };

/**
 * Opens a collection for the actor, with at most one query. Throws `not_found` for an album that is not theirs to see, `forbidden` where they may
 * look and not save, and `locked` for the locked folder of a session that is locked.
 */
export async function open(ctx: Ctx, collection: Collection, permission: Sight = "album.read"): Promise<Opened> {
  if (collection.kind === "album") return openAlbum(ctx, collection.id, permission);
  const ownerId = userOf(ctx);
  allow(ctx, collection.kind === "locked" ? "locked.read" : "asset.read", { ownerId });
  if (collection.kind === "held") return { ...BY_DAYS, where: and(eq(asset.ownerId, ownerId), waits(ctx)) };
  const place = collection.kind === "bin" ? binOf(ctx) : collection.kind;
  return { ...BY_DAYS, where: and(eq(asset.ownerId, ownerId), isIn(place)) };
}

/** What guests have sent and waits at an album; of that what its owner had before is seen where it was, too. An array, so that indexes find both. */
function waits(ctx: Ctx): SQL | undefined {
  return or(isIn("held"), and(isTile(), sql`${asset.id} = any(array(${Guest.waiting(ctx)}))`));
}

async function openAlbum(ctx: Ctx, id: string, permission: Sight): Promise<Opened> {
  const { album } = await Album.getVisible(ctx, id, permission);
  const hides = ctx.actor.kind === "link" && ctx.actor.hidesMetadata;
  const items = sql`select ${albumItem.assetId} from ${albumItem} where ${albumItem.albumId} = ${id}::uuid`;
  const position = sql`(select ${albumItem.position} from ${albumItem} where ${albumItem.albumId} = ${id}::uuid and ${albumItem.assetId} = ${asset.id})`;
  const byDate = album.sort === "oldest" ? OLDEST : NEWEST;
  return {
    where: and(isIn("album"), sql`${asset.id} in (${items})`),
    order: album.sort === "manual" ? [position, ...NEWEST] : byDate,
    days: album.sort !== "manual" && !hides,
    oldestFirst: album.sort === "oldest",
    hides,
    coverId: album.coverId,
    addedBy: ctx.actor.kind === "user" ? addedTo(id) : undefined,
  };
}

/** A guest has a name and no account. */
function addedTo(albumId: string): SQL<string | null> {
  const from = sql`${albumItem} left join ${user} on ${user.id} = ${albumItem.addedBy}`;
  const which = sql`${albumItem.albumId} = ${albumId}::uuid and ${albumItem.assetId} = ${asset.id}`;
  return sql<string | null>`(select coalesce(${user.name}, ${asset.guestName}) from ${from} where ${which})`;
}
