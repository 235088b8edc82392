import { and, eq, gt, isNull } from "drizzle-orm";
import { asset } from "#asset/table";
import { allow, type Ctx } from "#kernel";
import { LIBRARY } from "#storage";

/** Assets held against the bucket: those whose originals lie there in their size, and the keys of those that do not. */
export type Originals = { there: number; missing: string[]; changed: string[] };

const PAGE = 1000;
const encoder = new TextEncoder();

/**
 * Holds every asset that should have an original in the store against the listing of `library/`: whether there is an object of its size. That of a
 * reference is its source's. Changes nothing. Costs a LIST and a query for each 1,000. Throws what the store throws.
 */
export async function originals(ctx: Ctx): Promise<Originals> {
  allow(ctx, "ingest.run");
  const found: Originals = { there: 0, missing: [], changed: [] };
  for (let after = LIBRARY; ;) {
    const rows = await ctx.db
      .select({ key: asset.key, size: asset.size })
      .from(asset)
      .where(and(gt(asset.key, after), eq(asset.missing, false), isNull(asset.sourceKey)))
      .orderBy(asset.key)
      .limit(PAGE);
    const last = rows.at(-1)?.key;
    if (last === undefined) return found;
    const sizes = await sizesBetween(ctx, after, last);
    for (const { key, size } of rows) {
      if (!sizes.has(key)) found.missing.push(key);
      else if (sizes.get(key) !== size) found.changed.push(key);
      else found.there++;
    }
    after = last;
  }
}

/** The sizes of the objects behind `after` up to `last`. */
async function sizesBetween(ctx: Ctx, after: string, last: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (let from: string | undefined = after; from !== undefined && isBefore(from, last);) {
    const { objects, next } = await ctx.store.list(LIBRARY, { after: from });
    for (const { key, size } of objects) sizes.set(key, size);
    from = next;
  }
  return sizes;
}

/** In the order of stores and of Postgres, which is that of bytes: not JavaScript's for letters beyond the basic plane. */
function isBefore(a: string, b: string): boolean {
  const [left, right] = [encoder.encode(a), encoder.encode(b)];
  const at = left.findIndex((byte, i) => byte !== right[i]);
  return at < 0 ? left.length < right.length : (left[at] ?? 0) < (right[at] ?? -1);
}
