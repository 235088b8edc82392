import { isOutage, type Ctx } from "@tintype/core/kernel";
import type { Ports } from "@tintype/core/media";
import * as Stripped from "@tintype/core/stripped";
import { z } from "zod";
import type { Kind } from "./perform.ts";

const Payload = z.object({ assetId: z.uuid() });

/** Failures of ours on one file, or kills of the process at it, before it is said that there is no such copy. */
const TRIES = 4;

/** Jobs of the kind `strip` {assetId}: the copy of an original that tells nothing of it. One at a time: people's own photos come first. */
export function stripKind(ports: Ports): Kind {
  return {
    concurrency: 1,
    canWait: true,
    run: async (ctx, payload, attempt) => {
      const { assetId } = Payload.parse(payload);
      if (attempt > TRIES) return Stripped.make(ctx, ports, { assetId, giveUp: true });
      try {
        await Stripped.make(ctx, ports, { assetId });
      } catch (error) {
        if (attempt < TRIES || isOutage(error)) throw error;
        ctx.log.error("strip given up", { asset: assetId, error });
        await Stripped.make(ctx, ports, { assetId, giveUp: true });
      }
    },
  };
}

/** A round: asks for what links need that were made since, and for what has come into their albums. */
export async function askForStripped(ctx: Ctx): Promise<void> {
  const asked = await Stripped.askForDue(ctx);
  if (asked > 0) ctx.log.info("strip asked for", { asked });
}
