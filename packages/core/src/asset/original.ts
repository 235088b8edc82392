import { AppError, type Ctx } from "#kernel";
import { isThere } from "#storage";
import { downloadUrl, getOwned } from "./get.ts";

/**
 * A presigned URL that saves the original of the actor's asset. Throws `not_found` when the store does not have it; the store is asked now,
 * since a browser that follows the URL to nothing would show the store's own error in place of the app.
 */
export async function original(ctx: Ctx, id: string): Promise<string> {
  const { shown, missing } = await getOwned(ctx, id);
  if (missing || !(await isThere(ctx.store, shown.key))) throw new AppError("not_found", "The original is no longer in storage.");
  return downloadUrl(ctx, shown);
}
