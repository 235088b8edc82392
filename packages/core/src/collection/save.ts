import { and, eq } from "drizzle-orm";
import { derivedUrl, itemColumns, originalKey, signed } from "#asset";
import { asset } from "#asset/table";
import { isAnyOf } from "#columns";
import { AppError, type Ctx } from "#kernel";
import { contentDisposition, isThere } from "#storage";
import * as Stripped from "#stripped";
import { neutralName } from "./name.ts";
import { type Collection, open } from "./open.ts";

/** What to fetch to save a photo; `localAt` is empty where the time is not told, `size` null where it is not known. */
export type Saved = { id: string; name: string; size: number | null; localAt: string; url: string };

/** What cannot be saved; `name` is null for what is not, or no longer, in the collection, and `photo` or `video` where its own is not told. */
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

/**
 * The copies that stand for originals where those would tell too much; see `Stripped.copies`. None where originals may leave, or nothing but
 * previews.
 */
export type Copies = Awaited<ReturnType<typeof Stripped.copies>>;

/** The copies of these photos for the actor, in at most one query. */
export async function copiesOf(
  ctx: Ctx,
  rows: readonly Pick<Row, "id" | "sourceId" | "sha256" | "missing">[],
  hides: boolean,
): Promise<Copies> {
  const { actor } = ctx;
  if (actor.kind !== "link" || !hasCopies(ctx, hides)) return new Map();
  const { ownerId, albumId } = actor;
  return Stripped.copies(
    ctx,
    { ownerId, albumId },
    rows.filter(({ missing }) => !missing),
  );
}

/** Whether copies stand for the originals. */
export function hasCopies({ actor }: Ctx, hides: boolean): boolean {
  return hides && actor.kind === "link" && actor.mayOriginals;
}

/** Whether a copy is being made that the actor may have. */
export function isPending(ctx: Ctx, { id, missing }: Pick<Row, "id" | "missing">, hides: boolean, copies: Copies): boolean {
  return hasCopies(ctx, hides) && !missing && !copies.has(id);
}

/** Whether the originals themselves may leave, and not only what was made of them. */
export function mayHaveOriginal({ actor }: Ctx, hides: boolean): boolean {
  return !hides && (actor.kind !== "link" || actor.mayOriginals);
}

/** `pending` are being made ready: to be asked for again in a few seconds. */
export type Downloads = { files: Saved[]; missing: Unsaved[]; pending: string[] };

/**
 * What to fetch to save these photos of a collection, and what is `missing`, here or in the store, each in the order asked for. Whoever may not have
 * originals gets the large previews; whoever is not to have metadata gets copies that tell nothing, and previews of what none can be made of.
 * Throws `not_found` when none of them is in it, `forbidden` where nothing may be saved, and as `open` does.
 */
export async function downloads(ctx: Ctx, collection: Collection, ids: readonly string[]): Promise<Downloads> {
  const { where, hides } = await open(ctx, collection, "album.download");
  const rows = await ctx.db
    .select(columns)
    .from(asset)
    .where(and(isAnyOf(asset.id, ids), where));
  if (rows.length === 0) throw new AppError("not_found", "These photos are not there any more.");
  const byId = new Map(rows.map((row) => [row.id, row]));
  const copies = await copiesOf(ctx, rows, hides);
  const found: Downloads = { files: [], missing: [], pending: [] };
  for (const [at, id] of [...new Set(ids)].entries()) {
    const row = byId.get(id);
    const saved = row && downloadOf(ctx, row, { hides, copies, number: at + 1 });
    if (row && isPending(ctx, row, hides, copies)) found.pending.push(id);
    else if (saved) found.files.push(saved);
    else found.missing.push({ id, name: row ? nameOf(row, hides) : null });
  }
  return found;
}

function nameOf({ kind, name }: Row, hides: boolean): string {
  return hides ? neutralName(kind) : name;
}

/** What to fetch to save one of them. Throws as `downloads` does, and `conflict` while a copy for the actor is being made. */
export async function download(ctx: Ctx, collection: Collection, id: string): Promise<Saved> {
  return (await find(ctx, collection, id)).saved;
}

/** The URL that saves one of them. Throws as `download` does, and `not_found` when the store does not have it: it is asked now. */
export async function original(ctx: Ctx, collection: Collection, id: string): Promise<string> {
  const { saved, key } = await find(ctx, collection, id);
  if (key !== undefined && !(await isThere(ctx.store, key))) throw gone();
  return saved.url;
}

/** With the key of the original, where it is that which is saved. */
async function find(ctx: Ctx, collection: Collection, id: string): Promise<{ saved: Saved; key: string | undefined }> {
  const { where, hides } = await open(ctx, collection, "album.download");
  const [row] = await ctx.db
    .select(columns)
    .from(asset)
    .where(and(eq(asset.id, id), where));
  if (!row) throw gone();
  const copies = await copiesOf(ctx, [row], hides);
  if (isPending(ctx, row, hides, copies)) throw new AppError("conflict", "This is being made ready. Ask again in a few seconds.");
  const saved = downloadOf(ctx, row, { hides, copies });
  if (!saved) throw gone();
  return { saved, key: mayHaveOriginal(ctx, hides) ? originalKey(row) : undefined };
}

function gone(): AppError {
  return new AppError("not_found", "The original is no longer in storage.");
}

type Way = { hides: boolean; copies: Copies; number?: number };

/** What to fetch for one photo; undefined when there is nothing that may be had. */
export function downloadOf(ctx: Ctx, row: Row, { hides, copies, number }: Way): Saved | undefined {
  const { id, localAt, size } = row;
  if (mayHaveOriginal(ctx, hides)) {
    if (row.missing) return undefined;
    const { name, type } = row;
    return { id, name, size, localAt, url: signed(ctx, row, { key: originalKey(row), disposition: contentDisposition(name), type }) };
  }
  const copy = copies.get(id);
  if (copy) {
    const name = neutralName(row.kind, number, copy.extension);
    const url = signed(ctx, row, { key: copy.key, disposition: contentDisposition(name), type: copy.type });
    return { id, name, size: copy.size, localAt: "", url };
  }
  const name = hides ? neutralName(row.kind, number, "jpg") : `${row.name.replace(/\.[^.]*$/u, "")}.jpg`;
  const url = derivedUrl(ctx, row, "preview", contentDisposition(name));
  return url === null ? undefined : { id, name, size: null, localAt: hides ? "" : localAt, url };
}
