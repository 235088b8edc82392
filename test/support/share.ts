import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { albumItem, album } from "@tintype/core/album/table";
import { AppError, type Ctx, newId } from "@tintype/core/kernel";
import * as Share from "@tintype/core/share";

/** Hashes at no cost, for tests in which nobody guesses. */
export const quick = {
  hash: (password: string) => Promise.resolve(digest(password)),
  verify: (password: string, hash: string) => Promise.resolve(hash === digest(password)),
};

function digest(password: string): string {
  return bytesToHex(sha256(utf8ToBytes(password)));
}

/** What signs the values that an unlocked browser shows. */
export const SECRET = "a secret of the tests, at least 32 characters";

/** An album with these photos in it. */
export async function addAlbum(system: Ctx, ownerId: string, assetIds: readonly string[] = [], title = "Summer"): Promise<string> {
  const id = newId();
  await system.db.insert(album).values({ id, ownerId, kind: "album", title });
  const items = assetIds.map((assetId) => ({ albumId: id, assetId, addedBy: ownerId }));
  if (items.length > 0) await system.db.insert(albumItem).values(items);
  return id;
}

/** The ctx of whoever holds a link. */
export async function holding(system: Ctx, token: string, unlock?: string): Promise<Ctx> {
  const anonymous: Ctx = { ...system, actor: { kind: "anonymous" } };
  const { actor } = await Share.openLink(anonymous, { token, unlock }, SECRET);
  return { ...system, actor };
}

/** A share link of an album; its token or its name. */
export async function addLink(ctx: Ctx, albumId: string, options: Partial<Share.NewLink> = {}): Promise<{ id: string; token: string }> {
  const { id, token } = await Share.create(ctx, { ...options, shared: { albumId } }, quick.hash);
  return { id, token: token ?? options.slug ?? "" };
}

/** How something went: the code of the error that it ended with. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "opened";
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}
