/** A file on its way into the library, shown in its day before the server knows it. */
export type PendingTile = {
  /** Unique among the pending tiles of this page. */
  key: string;
  name: string;
  kind: "photo" | "video" | "raw" | "sidecar" | "other";
  /** `YYYY-MM-DDTHH:mm:ss`, the photographer's wall clock as far as the file itself tells it. */
  localAt: string;
  /** Width ÷ height as displayed. */
  ratio: number;
  /** A `blob:` URL of a small local preview; null while there is none. Revoked by the uploader after the tile is gone. */
  previewUrl: string | null;
  state: "waiting" | "sending" | "checking" | "safe" | "failed";
  /** Sent part, 0 to 1. */
  progress: number;
  /** Known once the server has committed the asset. */
  assetId: string | null;
  /** The timeline revision from which the asset itself is shown; the tile is dropped when that has been loaded. */
  revision: number | null;
};

let tiles: readonly PendingTile[] = [];
const listeners = new Set<() => void>();

/** The pending tiles now; the same array until something changes. */
export function snapshot(): readonly PendingTile[] {
  return tiles;
}

/** Calls `listener` after every change; returns how to stop. */
export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Replaces the pending tiles. The uploader calls this a few times a second, not once per file. */
export function publish(next: readonly PendingTile[]): void {
  tiles = next;
  for (const listener of listeners) listener();
}
