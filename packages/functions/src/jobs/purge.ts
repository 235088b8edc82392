import * as Account from "@tintype/core/account";
import * as Audit from "@tintype/core/audit";
import * as Guest from "@tintype/core/guest";
import { isOutage, type Ctx } from "@tintype/core/kernel";
import * as Mark from "@tintype/core/mark";
import * as Share from "@tintype/core/share";
import * as Trash from "@tintype/core/trash";
import * as Upload from "@tintype/core/upload";
import type { Kind } from "./perform.ts";

/**
 * Ends uploads, sessions, counts and what lies in bins when their time is over, and forgets what was noted long ago. Run it every few minutes; it
 * does nothing twice.
 */
export async function purge(ctx: Ctx): Promise<void> {
  const sessions = await Account.expire(ctx);
  const uploads = await Upload.expire(ctx);
  const noted = await Audit.expire(ctx);
  await Mark.expire(ctx);
  await Share.expire(ctx);
  await Share.expireSelections(ctx);
  const dismissed = await Guest.dismiss(ctx);
  const trashed = await Trash.expire(ctx);
  const isBusy = Object.values(uploads).some((count) => count > 0) || sessions > 0 || noted > 0 || trashed > 0 || dismissed > 0;
  if (isBusy) ctx.log.info("purged", { ...uploads, sessions, noted, trashed, dismissed });
  // Should its job have been lost.
  await ctx.queue.enqueue([Trash.purgeJob]);
}

/** Jobs of the kind `purge`: what was deleted for good leaves the store. */
export const purgeKind: Kind = {
  concurrency: 1,
  run: async (ctx) => {
    const deleted = await Trash.purge(ctx);
    if (deleted > 0) ctx.log.info("deleted for good", { deleted });
  },
};

/**
 * Has the store forget parts of uploads that nobody goes on with, where it does not do so itself. What cannot be reached is left for the next time.
 */
export async function dropStaleParts(ctx: Ctx): Promise<void> {
  try {
    const dropped = await Upload.dropStale(ctx);
    if (dropped.dropped > 0) ctx.log.info("parts dropped", dropped);
  } catch (error) {
    if (!isOutage(error)) throw error;
    ctx.log.warn("parts not dropped", { error });
  }
}
