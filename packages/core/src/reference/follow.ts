import { bytesToHex } from "@noble/hashes/utils.js";
import { and, eq } from "drizzle-orm";
import { asset } from "#asset/table";
import { allow, transact, type Ctx } from "#kernel";
import * as Timeline from "#timeline";

type AssetRow = typeof asset.$inferSelect;

/** A reference of which the bytes are gone: perhaps its owner keeps a copy of them somewhere. */
export type Lost = Pick<AssetRow, "key" | "sha256">;

const OTHER_BYTES = "Whoever shared this has replaced it, and its original is no longer in storage.";

/**
 * Tells the references of an asset what has become of it: where its bytes lie now, that they are lost or there again, that its pictures were made
 * anew.
 * Those whose bytes were replaced refer to nothing any more, and are given back. Idempotent: does what the asset's present row says.
 */
export async function follow(ctx: Ctx, sourceId: string): Promise<Lost[]> {
  allow(ctx, "ingest.run");
  const lost: Lost[] = [];
  const references = await ctx.db.select({ id: asset.id }).from(asset).where(eq(asset.sourceId, sourceId));
  // One at a time: each belongs to another owner, and two transactions that wait for the months of both in turn would wait for ever.
  for (const { id } of references) {
    await transact(ctx, async (inside) => {
      const [source] = await inside.db.select().from(asset).where(eq(asset.id, sourceId)).for("share");
      const [row] = await inside.db
        .select()
        .from(asset)
        .where(and(eq(asset.id, id), eq(asset.sourceId, sourceId)))
        .for("update");
      const change = source && row && changeOf(row, source);
      if (!row || !change) return;
      await inside.db
        .update(asset)
        .set({ ...change, updatedAt: ctx.now() })
        .where(eq(asset.id, id));
      await Timeline.touch(inside, row.ownerId, [row.localAt]);
      if (change.sourceId === null) lost.push({ key: row.key, sha256: row.sha256 });
    });
  }
  return lost;
}

type Change = Partial<AssetRow>;

/** What a reference learns; undefined while its source is not read yet, which asks for this again when it is. */
function changeOf(row: AssetRow, source: AssetRow): Change | undefined {
  if (bytesToHex(row.sha256) !== bytesToHex(source.sha256)) {
    return { state: "unprocessable", missing: true, reason: OTHER_BYTES, sourceId: null, sourceKey: null, derivedVersion: null };
  }
  const { etag, missing, state, reason, width, height, thumbhash, derivedVersion } = source;
  // What was lost and saved from somebody else is a reference itself: then both show the same original.
  const refers = { sourceId: source.sourceId ?? source.id, sourceKey: source.sourceKey ?? source.key };
  if (state === "stored") return { ...refers, etag };
  return { ...refers, etag, missing, state, reason, width, height, thumbhash, derivedVersion };
}
