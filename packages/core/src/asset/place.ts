import { and, eq, inArray, isNotNull, isNull, notInArray, type SQL } from "drizzle-orm";
import { isUnlocked, type Ctx } from "#kernel";
import { asset } from "./asset.sql.ts";
import type { AssetKind, AssetState } from "./kind.ts";

/** The states in which an asset is shown anywhere. */
export const SHOWN: readonly AssetState[] = ["ready", "unprocessable"];

/** Kept, but no tile: what belongs to another file. */
export const HIDDEN: readonly AssetKind[] = ["sidecar"];

/**
 * Where a photo can be seen. `held` came from a guest and waits for its owner's word; `album` is any album or share link that it lies in, and
 * `unlockedBin` the bin of somebody who has just shown who they are.
 */
export type Place = "timeline" | "favourites" | "archive" | "locked" | "bin" | "unlockedBin" | "held" | "album";

/**
 * By the marks of an asset, nothing else; what goes for good is still in the bin, and seen there no more. What is not named does not matter: a
 * favourite stays one in the archive.
 */
const RULES: Readonly<Record<Place, () => (SQL | undefined)[]>> = {
  timeline: () => [isNull(asset.archivedAt), isNull(asset.lockedAt), isNull(asset.trashedAt), isNull(asset.heldBy)],
  favourites: () => [eq(asset.favourite, true), isNull(asset.lockedAt), isNull(asset.trashedAt), isNull(asset.heldBy)],
  archive: () => [isNotNull(asset.archivedAt), isNull(asset.lockedAt), isNull(asset.trashedAt), isNull(asset.heldBy)],
  locked: () => [isNotNull(asset.lockedAt), isNull(asset.trashedAt)],
  bin: () => [isNotNull(asset.trashedAt), isNull(asset.purgedAt), isNull(asset.lockedAt)],
  unlockedBin: () => [isNotNull(asset.trashedAt), isNull(asset.purgedAt)],
  held: () => [isNotNull(asset.heldBy), isNull(asset.trashedAt), isNull(asset.lockedAt)],
  album: () => [isNull(asset.lockedAt), isNull(asset.trashedAt), isNull(asset.heldBy)],
};

/** What has a tile, wherever it is seen. */
export function isTile(): SQL | undefined {
  return and(inArray(asset.state, [...SHOWN]), notInArray(asset.kind, [...HIDDEN]));
}

/** The one rule of what is seen where: the condition on `asset` for a place, whoever's it is. */
export function isIn(place: Place): SQL | undefined {
  return and(isTile(), ...RULES[place]());
}

/** The bin as the actor sees it. */
export function binOf(ctx: Pick<Ctx, "actor">): "bin" | "unlockedBin" {
  return isUnlocked(ctx) ? "unlockedBin" : "bin";
}
