import { and, sql } from "drizzle-orm";
import { appendItem, type Discretion, type ItemColumns, itemColumns, noItems } from "#asset";
import { asset } from "#asset/table";
import { isAnyOf } from "#columns";
import type { Ctx } from "#kernel";
import { neutralName } from "./name.ts";
import { type Collection, open } from "./open.ts";

/**
 * Items of a collection by their ids, in the order asked for, in one query; those that are not in it, or not any more, are left out. Of photos of
 * others it is not told whose favourites they are; people in an album are told who added each. Throws as `open` does.
 */
export async function items(
  ctx: Ctx,
  collection: Collection,
  ids: readonly string[],
): Promise<ItemColumns & { addedBy?: (string | null)[] }> {
  const { where, hides, addedBy } = await open(ctx, collection);
  const rows = await ctx.db
    .select({ ...itemColumns, addedBy: addedBy ?? sql<null>`null` })
    .from(asset)
    .where(and(isAnyOf(asset.id, ids), where));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const result = noItems();
  const names: (string | null)[] = [];
  for (const id of ids) {
    const row = byId.get(id);
    if (!row) continue;
    appendItem(ctx, result, row, discretionOf(ctx, row, hides));
    names.push(row.addedBy);
  }
  return addedBy ? { ...result, addedBy: names } : result;
}

function discretionOf({ actor }: Ctx, row: { ownerId: string; kind: string; type?: string }, hides: boolean): Discretion | undefined {
  if (hides) return { name: neutralName(row.kind) };
  return actor.kind === "user" && actor.userId === row.ownerId ? undefined : {};
}
