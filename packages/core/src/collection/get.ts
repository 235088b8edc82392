import { and, eq, sql } from "drizzle-orm";
import {
  type About,
  aboutColumns,
  type AssetKind,
  type AssetState,
  derivedUrl,
  isInline,
  itemColumns,
  originalKey,
  signed,
  type Whose,
} from "#asset";
import { asset } from "#asset/table";
import { AppError, type Ctx } from "#kernel";
import { neutralName } from "./name.ts";
import { type Collection, open } from "./open.ts";
import { type Copies, copiesOf, downloadOf, isPending, mayHaveOriginal, savedColumns } from "./save.ts";

/**
 * What is told of one photo of a collection. Where its owner hides metadata, `about` and `reason` are null, the name a neutral one, and type and size
 * those of the copy that stands for the original; of a preview, where there is no copy, with no size. URLs are presigned: `original` only for what a
 * browser may show, `download` as an attachment, both null where only previews are shared. While a copy is `pending`
 * that stands for the original, they are null, too.
 */
export type View = {
  id: string;
  kind: AssetKind;
  state: AssetState;
  reason: string | null;
  name: string;
  type: string;
  size: number | null;
  width: number | null;
  height: number | null;
  durationMs: number | null;
  about: About | null;
  pending: boolean;
  /** Who put it into the album, by name; null where that is not known or not told. */
  addedBy: string | null;
  urls: { thumb: string | null; preview: string | null; original: string | null; download: string | null };
};

const columns = {
  ...itemColumns,
  ...savedColumns,
  reason: asset.reason,
  width: asset.width,
  height: asset.height,
  about: aboutColumns,
};

/** What is to be had where no copy is. */
const PREVIEW = { type: "image/jpeg", size: null };

/** One photo of a collection, in at most three queries. Throws `not_found` for what is not in it, and as `open` does. */
export async function get(ctx: Ctx, collection: Collection, id: string): Promise<View> {
  const { where, hides, addedBy } = await open(ctx, collection);
  const [row] = await ctx.db
    .select({ ...columns, addedBy: addedBy ?? sql<null>`null` })
    .from(asset)
    .where(and(eq(asset.id, id), where));
  if (!row) throw new AppError("not_found", "There is no photo with this id.");
  const { kind, state, width, height, durationMs } = row;
  const copies = await copiesOf(ctx, [row], hides);
  const { type, size } = hides ? (copies.get(id) ?? PREVIEW) : row;
  const pending = isPending(ctx, row, hides, copies);
  return {
    id,
    kind,
    state,
    // It may name another photo.
    reason: hides ? null : row.reason,
    type,
    size,
    width,
    height,
    durationMs,
    name: hides ? neutralName(kind) : row.name,
    about: hides ? null : row.about,
    pending,
    addedBy: row.addedBy,
    urls: {
      thumb: derivedUrl(ctx, row, "thumb"),
      preview: derivedUrl(ctx, row, "preview"),
      original: shownUrl(ctx, row, hides, copies),
      download: mayDownload(ctx) && !pending ? (downloadOf(ctx, row, { hides, copies })?.url ?? null) : null,
    },
  };
}

type Shown = Whose & Parameters<typeof originalKey>[0] & { id: string; type: string; missing: boolean };

/** The original, or the copy that stands for it, where a browser shows such a file. */
function shownUrl(ctx: Ctx, row: Shown, hides: boolean, copies: Copies): string | null {
  const copy = copies.get(row.id);
  if (copy) return isInline(copy.type) ? signed(ctx, row, { key: copy.key, type: copy.type }) : null;
  if (row.missing || !mayHaveOriginal(ctx, hides) || !isInline(row.type)) return null;
  return signed(ctx, row, { key: originalKey(row), type: row.type });
}

function mayDownload({ actor }: Ctx): boolean {
  return actor.kind !== "link" || actor.mayDownload;
}
