import type { Chunk } from "@tintype/core/geometry";
import { toLibrary, type Library } from "./library.ts";
import { placePending, type Lookup, type Pending } from "./pending.ts";

/** A library put together, with the pending tiles that its slots number. */
export type Assembly = {
  library: Library;
  tiles: Pending[];
  /** By an asset's id the key of the pending tile that showed it until now. */
  aliases: Map<string, string>;
};

/** Puts the server's chunks and the tiles that are still uploading together. Tiles whose asset the chunks already show are left out. */
export function assemble(chunks: readonly Chunk[], revision: number, pending: readonly Pending[], lookup: Lookup): Assembly {
  const isThere = (tile: Pending) => tile.revision !== null && tile.revision <= revision;
  const { months, tiles, twins } = placePending(
    chunks,
    pending.filter((tile) => !isThere(tile)),
    lookup,
  );
  const aliases = new Map(twins);
  for (const tile of pending) if (isThere(tile) && tile.assetId) aliases.set(tile.assetId, tile.key);
  return { library: toLibrary(months), tiles, aliases };
}
