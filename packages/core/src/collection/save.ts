import { and } from "drizzle-orm";
import { derivedUrl, itemColumns } from "#asset";
import { asset } from "#asset/table";
import { AppError, type Ctx } from "#kernel";
import { contentDisposition, isThere } from "#storage";
import { anyOf } from "./items.ts";
import { neutralName } from "./name.ts";
import { type Collection, open } from "./open.ts";

/** What to fetch to save a photo; `localAt` is empty where the time is not told, `size` null where it is not known. */
export type Saved = { id: string; name: string; size: number | null; localAt: string; url: string };

/** What cannot be saved; `name` is null for what is not, or no longer, in the collection, or is not told. */
export type Unsaved = { id: string; name: string | null };

export const savedColumns = {
  key: asset.key,
  sourceKey: asset.sourceKey,
  name: asset.name,
  type: asset.type,
  size: asset.size,
};

const columns = { ...itemColumns, ...savedColumns };

type Row = { [Name in keyof typeof columns]: (typeof asset.$inferSelect)[Name] };

/** Where the bytes of an original lie: a reference has none of its own. */
export function originalKey({ key, sourceKey }: { key: string; sourceKey: string | null }): string {
  return sourceKey ?? key;
}

/** Whether the originals themselves may leave, and not only what was made of them. */
export function mayHaveOriginal({ actor }: Ctx, hides: boolean): boolean {
  return !hides && (actor.kind !== "link" || actor.mayOriginals);
}

/**
 * What to fetch to save these photos of a collection, and what is `missing`, here or in the store, each in the order asked for. Whoever may not have
 * originals gets the large previews. Throws `not_found` when none of them is in it, `forbidden` where nothing may be saved, and as `open` does.
 */
export async function downloads(ctx: Ctx, collection: Collection, ids: readonly string[]): Promise<{ files: Saved[]; missing: Unsaved[] }> {
  const { where, hides } = await open(ctx, collection, "album.download");
  const rows = await ctx.db
    .select(columns)
    .from(asset)
    .where(and(anyOf(ids), where));
  if (rows.length === 0) throw new AppError("not_found", "These photos are not there any more.");
  const byId = new Map(rows.map((row) => [row.id, row]));
  const files: Saved[] = [];
  const missing: Unsaved[] = [];
  for (const [at, id] of [...new Set(ids)].entries()) {
    const row = byId.get(id);
    const saved = row && downloadOf(ctx, row, { hides, number: at + 1 });
    if (saved) files.push(saved);
    else missing.push({ id, name: row && !hides ? row.name : null });
  }
  return { files, missing };
}

/** The URL that saves one photo of a collection. Throws `not_found` when the store does not have it: it is asked now. */
export async function original(ctx: Ctx, collection: Collection, id: string): Promise<string> {
  const { where, hides } = await open(ctx, collection, "album.download");
  const [row] = await ctx.db
    .select(columns)
    .from(asset)
    .where(and(anyOf([id]), where));
  const saved = row && downloadOf(ctx, row, { hides });
  const isGone = row && mayHaveOriginal(ctx, hides) && !(await isThere(ctx.store, originalKey(row)));
  if (!saved || isGone) throw new AppError("not_found", "The original is no longer in storage.");
  return saved.url;
}

/** What to fetch for one photo; undefined when there is nothing that may be had. */
export function downloadOf(ctx: Ctx, row: Row, { hides, number }: { hides: boolean; number?: number }): Saved | undefined {
  const { id, localAt, size } = row;
  if (mayHaveOriginal(ctx, hides)) {
    if (row.missing) return undefined;
    const { name, type } = row;
    return { id, name, size, localAt, url: ctx.store.sign.get({ key: originalKey(row), disposition: contentDisposition(name), type }) };
  }
  const name = hides ? neutralName(row.kind, number, "jpg") : `${row.name.replace(/\.[^.]*$/u, "")}.jpg`;
  const url = derivedUrl(ctx, row, "preview", contentDisposition(name));
  return url === null ? undefined : { id, name, size: null, localAt: hides ? "" : localAt, url };
}
