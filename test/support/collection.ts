import { album, albumItem } from "@tintype/core/album/table";
import { asset } from "@tintype/core/asset/table";
import * as Collection from "@tintype/core/collection";
import { decodeListed, encodeListed } from "@tintype/core/geometry";
import { type Ctx, fromBytes, type LinkActor, newId } from "@tintype/core/kernel";
import { eq } from "drizzle-orm";

const ID_BYTES = 16;

/** Changes the marks of an asset, or anything else of its row. */
export async function mark({ db }: Ctx, id: string, change: Partial<typeof asset.$inferInsert>): Promise<void> {
  await db.update(asset).set(change).where(eq(asset.id, id));
}

/** The ids of a collection as its geometry tells them, there and back over the wire. */
export async function idsOf(ctx: Ctx, collection: Collection.Collection): Promise<string[]> {
  const { tag: _, ...listed } = await Collection.geometry(ctx, collection);
  const { ids } = decodeListed(encodeListed(listed));
  return Array.from({ length: ids.length / ID_BYTES }, (__, i) => fromBytes(ids.subarray(i * ID_BYTES)));
}

/** An album of somebody's with these photos in this order. */
export async function albumOf(
  { db }: Ctx,
  ownerId: string,
  ids: readonly string[],
  sort: "newest" | "oldest" | "manual" = "newest",
): Promise<{ kind: "album"; id: string }> {
  const id = newId();
  await db.insert(album).values({ id, ownerId, kind: "album", title: "Mongolia", sort });
  await db.insert(albumItem).values(ids.map((assetId, position) => ({ albumId: id, assetId, position })));
  return { kind: "album", id };
}

/** Whoever holds a link to an album; unless told otherwise it allows to save originals and hides nothing. */
export function holderOf(system: Ctx, ownerId: string, albumId: string, extra: Partial<LinkActor> = {}): Ctx {
  const may = { mayDownload: true, mayOriginals: true, mayUpload: false, hidesMetadata: false };
  return { ...system, actor: { kind: "link", linkId: newId(), ownerId, albumId, ...may, ...extra } };
}

/** The same person in a browser in which they have just shown who they are. */
export function unlocked(ctx: Ctx): Ctx {
  if (ctx.actor.kind !== "user") throw new Error("only a person can unlock");
  return { ...ctx, actor: { ...ctx.actor, session: { id: newId(), unlocked: true } } };
}
