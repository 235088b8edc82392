import type { Ctx } from "#kernel";
import { getOwned, type UploadRow } from "./life.ts";

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
  const row = await getOwned(ctx, id, "upload.write");
  const { state, reason, assetId } = row;
  if (row.partSize === null || state !== "open") return { id, state, reason, assetId };
  const sent = row.multipartId === null ? [] : await ctx.store.multipart.parts(row.key, row.multipartId);
  return { id, state, reason, assetId, parts: sent.map(({ number, size }) => ({ number, size })) };
}
