import type { Ctx } from "@tintype/core/kernel";
import * as Timeline from "@tintype/core/timeline";
import { z } from "zod";

const Payload = z.object({ ownerId: z.uuid() });

/**
 * Packs an owner's changed months. Comes at once after a pause; one that comes sooner than a second after the last (assets were committed while
 * that one packed) is put off, so that an import of thousands refreshes its timeline once a second.
 */
export async function refreshTimeline(ctx: Ctx, payload: Readonly<Record<string, unknown>>): Promise<void> {
  const { ownerId } = Payload.parse(payload);
  const next = await Timeline.refreshJob(ctx, ownerId);
  if (next.runAt > ctx.now()) return ctx.queue.enqueue([next]);
  const months = await Timeline.refresh(ctx, ownerId);
  if (months > 0) ctx.log.debug("timeline packed", { owner: ownerId, months });
}
