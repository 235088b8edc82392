import * as Account from "@tintype/core/account";
import type { Ctx } from "@tintype/core/kernel";
import * as Upload from "@tintype/core/upload";

/** Ends uploads, sessions and counts whose time is over. Run it every few minutes; it does nothing twice. */
export async function purge(ctx: Ctx): Promise<void> {
  const sessions = await Account.expire(ctx);
  const uploads = await Upload.expire(ctx);
  const isBusy = Object.values(uploads).some((count) => count > 0) || sessions > 0;
  if (isBusy) ctx.log.info("purged", { ...uploads, sessions });
}
