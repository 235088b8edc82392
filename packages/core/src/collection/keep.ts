import { and } from "drizzle-orm";
import { asset } from "#asset/table";
import { isAnyOf } from "#columns";
import { allow, userOf, type Ctx } from "#kernel";
import * as Reference from "#reference";
import { type Collection, open } from "./open.ts";

type Album = Extract<Collection, { kind: "album" }>;

/**
 * Saves photos of an album that another shares into the library of `saver`, a person, as `ctx` sees it: the person themselves, or the holder of a
 * link. See `Reference.add`; what is not in the album is missing. Throws `forbidden` for a link that gives no originals or hides metadata: a
 * reference would show both. And as `open` does.
 */
export async function keep(ctx: Ctx, saver: Ctx, album: Album, ids: readonly string[], token?: string): Promise<Reference.Added> {
  allow(saver, "asset.write", { ownerId: userOf(saver) });
  const { where } = await open(ctx, album, "album.save");
  const wanted = [...new Set(ids)];
  const rows = await ctx.db
    .select({ id: asset.id })
    .from(asset)
    .where(and(isAnyOf(asset.id, wanted), where));
  const seen = rows.map(({ id }) => id);
  const added = await Reference.add(saver, seen, token);
  return { ...added, missing: [...added.missing, ...wanted.filter((id) => !seen.includes(id))] };
}
