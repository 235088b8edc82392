import * as Ingest from "@tintype/core/ingest";
import type { Ctx } from "@tintype/core/kernel";
import * as Reference from "@tintype/core/reference";
import { z } from "zod";
import type { Kind } from "./perform.ts";

const Source = z.object({ sourceId: z.uuid() });
const Asset = z.object({ assetId: z.uuid() });

/** Jobs of the kind `follow` {sourceId}: the references of an asset learn what has become of it. */
export const followKind: Kind = {
  concurrency: 1,
  run: async (ctx, payload) => {
    const lost = await Reference.follow(ctx, Source.parse(payload).sourceId);
    for (const row of lost) await Ingest.recover(ctx, row);
  },
};

/** Jobs of the kind `adopt` {assetId}: the bytes of a reference are copied, so that its source may go. */
export const adoptKind: Kind = { concurrency: 2, run: (ctx, payload) => Reference.adopt(ctx, Asset.parse(payload).assetId) };

/** A round: asks for the copies that the deletion of photos for good waits for. */
export async function askForAdoption(ctx: Ctx): Promise<void> {
  const asked = await Reference.askForDue(ctx);
  if (asked > 0) ctx.log.info("references to be copied", { asked });
}
