import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { allow, type Ctx, newId, userOf } from "#kernel";
import { PROBE } from "./key.ts";
import type { PresignedRequest, Signer } from "./port.ts";

/** What a browser writes and reads to find out whether it reaches the store: one byte. */
export const REACH_BODY = "T";

const LIFE_S = 300;

/** A signed request to write `REACH_BODY`, and a URL to read it from. */
export type Reach = { put: PresignedRequest; get: string };

/**
 * One trial for each signer, for the browser of the person who asks; each can be made once, within five minutes. What their last trials left
 * is removed first. Throws `storage_unavailable` when the store does not answer us either.
 */
export async function startReach(ctx: Ctx, signers: readonly Signer[]): Promise<Reach[]> {
  allow(ctx, "upload.create", { ownerId: userOf(ctx) });
  const folder = `${PROBE}${userOf(ctx)}/`;
  const { objects } = await ctx.store.list(folder, { limit: 100 });
  if (objects.length > 0) await ctx.store.remove(objects.map(({ key }) => key));
  const body = utf8ToBytes(REACH_BODY);
  const pins = { size: body.length, type: "image/gif", sha256: bytesToHex(sha256(body)), expiresIn: LIFE_S };
  return Promise.all(
    signers.map(async (signer) => {
      const key = folder + newId();
      return { put: await signer.put({ key, ...pins }), get: signer.get({ key }) };
    }),
  );
}
