import { eq } from "drizzle-orm";
import { asset } from "#asset/table";
import * as Guest from "#guest";
import type { Ctx } from "#kernel";
import { sniff, SNIFF_BYTES, sourceOf } from "#media";
import * as Quota from "#quota";
import type { ObjectHead } from "#storage";
import * as Upload from "#upload";

/** What guests may send, as the bytes tell it. */
const WANTED: readonly string[] = ["photo", "raw", "video"];

/**
 * Why what lies here is not taken from a guest, in words for them; undefined for what is, and for whatever is nobody's but its owner's. A URL that a
 * guest was given may be used again for some minutes: once their upload has ended, nothing that comes with it is taken.
 */
export async function unwantedOf(ctx: Ctx, row: Upload.UploadRow, head: ObjectHead): Promise<string | undefined> {
  // It was refused for want of room: to take it when it is looked at again would be to take it in spite of that.
  if (row.state === "failed" && row.reason === Quota.OVER_QUOTA) return Quota.OVER_QUOTA;
  if (row.linkId === null) return undefined;
  if (!Upload.LIVING.some((living) => living === row.state)) return (await isKept(ctx, row)) ? undefined : "This upload has ended.";
  const start = head.size === 0 ? new Uint8Array() : await sourceOf(ctx, head).read(0, SNIFF_BYTES);
  const { kind, name, label } = sniff(start, row.name);
  if (WANTED.includes(kind)) return undefined;
  const what = name === "unknown" ? "broken, or of an unknown format: look at it on the device that it comes from" : label;
  return `This is ${what}. ${Guest.NO_PICTURE}`;
}

/** Its photo is in the library: the copy that still lies here is looked at as everybody's is. */
async function isKept({ db }: Pick<Ctx, "db">, { assetId }: Upload.UploadRow): Promise<boolean> {
  if (assetId === null) return false;
  return (await db.select({ id: asset.id }).from(asset).where(eq(asset.id, assetId))).length > 0;
}
