import { and, eq, isNull, sql } from "drizzle-orm";
import { asset } from "#asset/table";
import { isAnyOf } from "#columns";
import { allow, type Ctx } from "#kernel";
import * as Timeline from "#timeline";

/**
 * The owner brings again the bytes of these photos of theirs: out of the bin, and theirs without a word when guests had sent them, also the
 * locked ones, since whoever brings it has it. Gives the ids of those that stay: what is not among them goes for good by now, and may not be
 * counted on. Call it with the ctx of a transaction, until the end of which none of them can be deleted.
 */
export async function recover(ctx: Ctx, ownerId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  allow(ctx, "upload.create", { ownerId });
  if (ids.length === 0) return new Set();
  const { db } = ctx;
  const rows = await db
    .select({ id: asset.id, localAt: asset.localAt, trashedAt: asset.trashedAt, heldBy: asset.heldBy })
    .from(asset)
    .where(and(eq(asset.ownerId, ownerId), isAnyOf(asset.id, ids), isNull(asset.purgedAt)))
    .orderBy(asset.id)
    .for("no key update");
  const staying = new Set(rows.map(({ id }) => id));
  const away = rows.filter(({ trashedAt, heldBy }) => trashedAt !== null || heldBy !== null);
  if (away.length === 0) return staying;
  const guestName = sql`case when ${asset.heldBy} is null then ${asset.guestName} end`;
  await db
    .update(asset)
    .set({ trashedAt: null, heldBy: null, guestName, updatedAt: ctx.now() })
    .where(
      isAnyOf(
        asset.id,
        away.map(({ id }) => id),
      ),
    );
  // A key that may only upload brings photos back all the same.
  await Timeline.touch(
    { ...ctx, actor: { kind: "system" } },
    ownerId,
    away.map(({ localAt }) => localAt),
  );
  return staying;
}
