import { and, eq, inArray } from "drizzle-orm";
import { asset } from "#asset/table";
import { allow, userOf, type Ctx } from "#kernel";
import * as Timeline from "#timeline";
import { getOwned, sentParts, type UploadRow } from "./life.ts";
import { upload } from "./upload.sql.ts";

export type Status = {
  id: string;
  state: UploadRow["state"];
  reason: string | null;
  assetId: string | null;
  /** The bytes were read back from the store, their hash is right, and the asset is committed. */
  safe: boolean;
  /** The timeline revision from which the asset is shown, 0 for one that never is (a sidecar); null while it is still to come. */
  revision: number | null;
};

/** Where the actor's uploads stand, newest facts in two queries. Ids that are unknown or someone else's are left out. */
export async function status(ctx: Ctx, ids: readonly string[]): Promise<Status[]> {
  allow(ctx, "upload.write", { ownerId: userOf(ctx) });
  const ownerId = userOf(ctx);
  const rows = await ctx.db
    .select({
      id: upload.id,
      state: upload.state,
      reason: upload.reason,
      assetId: upload.assetId,
      asset: { id: asset.id, localAt: asset.localAt, state: asset.state, kind: asset.kind, missing: asset.missing },
    })
    .from(upload)
    .leftJoin(asset, eq(asset.id, upload.assetId))
    .where(and(eq(upload.ownerId, ownerId), inArray(upload.id, [...ids])));
  const shownFrom = await Timeline.shownFrom(
    ctx,
    rows.flatMap((row) => row.asset ?? []),
  );
  return rows.map(({ asset: committed, ...row }) => ({
    ...row,
    safe: committed !== null && !committed.missing,
    revision: (committed && shownFrom.get(committed.id)) ?? null,
  }));
}

export type View = {
  id: string;
  state: UploadRow["state"];
  reason: string | null;
  assetId: string | null;
  /** What the store has of a multipart upload: send the others. */
  parts?: { number: number; size: number }[];
};

/** Where the actor's upload stands. Throws `not_found`. */
export async function view(ctx: Ctx, id: string): Promise<View> {
  allow(ctx, "upload.write", { ownerId: userOf(ctx) });
  const row = await getOwned(ctx, id);
  const { state, reason, assetId } = row;
  if (row.partSize === null || state !== "open") return { id, state, reason, assetId };
  const sent = await sentParts(ctx, row);
  return { id, state, reason, assetId, parts: (sent ?? []).map(({ number, size }) => ({ number, size })) };
}
