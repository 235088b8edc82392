import { and, eq, sql } from "drizzle-orm";
import { isIn } from "#asset";
import { asset } from "#asset/table";
import * as Audit from "#audit";
import * as Grant from "#grant";
import { allow, AppError, newId, transact, userOf, type Ctx } from "#kernel";
import { selected, type Selection } from "#timeline";
import { album, albumItem } from "./album.sql.ts";
import { insert } from "./items.ts";
import { spread } from "./order.ts";
import { getLocked, type AlbumRow } from "./visible.ts";

export type NewAlbum = { title: string; description?: string | undefined; photos?: Selection | undefined };

/** What is not named stays; `coverId` null lets the newest photo be the cover. */
export type Change = {
  title?: string | undefined;
  description?: string | undefined;
  coverId?: string | null | undefined;
  sort?: AlbumRow["sort"] | undefined;
};

/** Makes an album of the actor's, with these photos of theirs in it. Throws as `add` does. */
export async function create(ctx: Ctx, { title, description = "", photos }: NewAlbum): Promise<string> {
  allow(ctx, "album.create", { ownerId: userOf(ctx) });
  const now = ctx.now();
  const id = newId(now.getTime());
  await transact(ctx, async (inside) => {
    const values = { id, ownerId: userOf(ctx), kind: "album" as const, title: title.trim(), description, createdAt: now, updatedAt: now };
    await inside.db.insert(album).values(values);
    if (photos) await insert(inside, id, await selected(inside, photos));
    await Audit.note(inside, { ownerId: userOf(ctx), action: "album.create", details: { album: values.title } });
  });
  return id;
}

/**
 * Makes an album that no list shows, of photos of the actor's own that were picked by hand for a link; in the transaction of `ctx`. Throws
 * `forbidden` for a key that may not read them, and `not_found` as `add` does.
 */
export async function pick(ctx: Ctx, { ids, title }: { ids: readonly string[]; title: string }): Promise<AlbumRow> {
  allow(ctx, "share.write", { ownerId: userOf(ctx) });
  const ownerId = userOf(ctx);
  allow(ctx, "asset.read", { ownerId });
  const now = ctx.now();
  const values = { id: newId(now.getTime()), ownerId, kind: "selection" as const, title: title.trim(), createdAt: now, updatedAt: now };
  const [row] = await ctx.db.insert(album).values(values).returning();
  if (!row) throw new Error("an album was not made");
  await insert(ctx, row.id, ids, "share.write");
  return row;
}

/**
 * Changes what an album is called, shows first and is sorted by; by hand it begins in the order that it had. Throws `invalid` for a cover that is not
 * in it.
 */
export async function edit(ctx: Ctx, id: string, { title, ...change }: Change): Promise<void> {
  allow(ctx, "album.touch", { ownerId: userOf(ctx) });
  await transact(ctx, async (inside) => {
    const { album: row } = await getLocked(inside, id, "album.write");
    if (change.sort === "manual" && row.sort !== "manual") await spread(inside, id, row.sort);
    if (change.coverId != null) await mustHold(inside, id, change.coverId);
    const named = title === undefined ? {} : { title: title.trim() };
    await inside.db
      .update(album)
      .set({ ...change, ...named, updatedAt: ctx.now() })
      .where(eq(album.id, id));
  });
}

/** Removes an album with everything that was shared of it; the photos stay where they are. */
export async function remove(ctx: Ctx, id: string): Promise<void> {
  allow(ctx, "album.touch", { ownerId: userOf(ctx) });
  await transact(ctx, async (inside) => {
    const { album: row } = await getLocked(inside, id, "album.own");
    await Grant.takeAll(inside, { kind: "album", id, ownerId: row.ownerId });
    await inside.db.delete(album).where(eq(album.id, id));
    await Audit.note(inside, { ownerId: row.ownerId, action: "album.delete", details: { album: row.title } });
  });
}

async function mustHold(ctx: Ctx, albumId: string, assetId: string): Promise<void> {
  const held = and(eq(albumItem.albumId, albumId), eq(albumItem.assetId, assetId));
  const rows = await ctx.db
    .select({ one: sql`1` })
    .from(albumItem)
    .innerJoin(asset, and(eq(asset.id, albumItem.assetId), isIn("album")))
    .where(held);
  if (rows.length === 0) throw new AppError("invalid", "This photo is not in the album.", { extra: { field: "coverId" } });
}
