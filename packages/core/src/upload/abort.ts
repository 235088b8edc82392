import { AppError, type Ctx } from "#kernel";
import { getOwned, inState, URL_SECONDS } from "./life.ts";
import { upload } from "./upload.sql.ts";

/**
 * Ends the actor's open upload. Idempotent. Its row stays until its URLs have run out. Bytes that have already arrived whole are kept and
 * come into the library, as anything put into the folder does: losing a photo would be worse than keeping one.
 * Throws `conflict` once the bytes have been received.
 */
export async function abort(ctx: Ctx, id: string): Promise<void> {
  const row = await getOwned(ctx, id, "upload.write");
  if (row.state === "expired" || row.state === "failed") return;
  if (row.state !== "open") throw new AppError("conflict", "This file has arrived already.");
  const expiresAt = new Date(ctx.now().getTime() + URL_SECONDS * 1000);
  await ctx.db.update(upload).set({ state: "expired", reason: "Cancelled.", expiresAt }).where(inState(row));
  if (row.multipartId !== null) await ctx.store.multipart.abort(row.key, row.multipartId);
}
