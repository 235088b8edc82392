import * as Account from "@tintype/core/account";
import type { Ctx } from "@tintype/core/kernel";
import { handlesIn } from "@tintype/core/storage";

/** `ready` is the sentence before the address, where it is another than usual. */
type Place = { address: string; place: string; setupToken: string; ready?: string };

/** What to tell the person at the terminal once it runs: the one link to open, and, before there is an account, whose photos wait for one. */
export async function welcome(ctx: Ctx, { address, place, setupToken, ready = "Tintype is ready:" }: Place): Promise<string> {
  const isNew = await Account.needsSetUp(ctx);
  // The store of a homelab may still be starting, or have no bucket yet; that is told where it is felt.
  const waiting = isNew ? await handlesIn(ctx.store).catch(() => []) : [];
  return [
    isNew ? "Tintype is ready. Open this link to make your account:" : ready,
    `${address}/${isNew ? `setup#token=${setupToken}` : ""}`,
    ...(waiting.length > 0
      ? [`There are photos already of ${waiting.join(", ")}: make your account under such a name, and they are yours.`]
      : []),
    `Your photos are in ${place}. Stop with Ctrl+C.`,
  ].join("\n\n  ");
}
