import { reachable } from "../lib/http.ts";
import type { Slots } from "./layout.ts";
import { clearPicture, showPicture, type Tile } from "./tile.ts";

/** Thumbnails under way at a time: more only delays the ones in view. */
const PARALLEL = 12;

/** A picture that comes within this time was in the browser's cache: it is shown without a fade. */
const AT_ONCE_MS = 40;

/** Waits before the pictures that did not come are tried again, longer each time until one comes; after the last they are given up. */
const RETRY_MS = [2_000, 5_000, 15_000, 60_000];

export type Pictures = ReturnType<typeof createPictures>;

/**
 * Loads the thumbnails of tiles in the order given. `onFail` is told of each that did not come; it is tried again later, or with another URL.
 * One that was given up is tried when it comes into view, another one comes, or the server or the person is back.
 */
export function createPictures(onFail: (tile: Tile) => void) {
  let running = 0;
  let next: readonly Tile[] = [];
  let inView: Slots = { from: 0, to: 0 };
  let failures = 0;
  let retry = 0;

  function pump(): void {
    for (const tile of next) {
      if (running >= PARALLEL) return;
      if (tile.picture === "none" && tile.item?.thumb) start(tile, tile.item.thumb);
    }
  }

  function start(tile: Tile, url: string): void {
    const begin = performance.now();
    const { image } = tile;
    // Where a picture is shown already, the next one is loaded beside it: an element is empty between two sources.
    const loader = image.classList.contains("shown") ? new Image() : image;
    const listening = new AbortController();
    const settle = () => {
      if (listening.signal.aborted) return;
      listening.abort();
      running--;
      tile.cancel = undefined;
      pump();
    };
    const loaded = () => {
      if (loader !== image) image.src = url;
      showPicture(tile, isIn(inView, tile.slot) && performance.now() - begin >= AT_ONCE_MS);
      // Where one comes, those that were given up may come as well.
      if (failures > 0) {
        failures = 0;
        tryLater();
      }
      settle();
    };
    const failed = () => {
      settle();
      // What is shown already, such as the local preview of an upload, stays.
      if (loader === image) clearPicture(tile);
      // Its URL was renewed while it was on its way: the new one says nothing of it yet.
      if (tile.item?.thumb !== url) {
        tile.picture = "none";
        return pump();
      }
      tile.picture = "failed";
      tryLater();
      onFail(tile);
    };
    running++;
    tile.picture = "loading";
    tile.cancel = settle;
    loader.addEventListener("load", loaded, listening);
    loader.addEventListener("error", failed, listening);
    loader.src = url;
  }

  function tryLater(): void {
    if (retry === 0 && failures < RETRY_MS.length) retry = setTimeout(again, RETRY_MS[failures++]);
  }

  /** Tries what did not come again, unless nobody looks. */
  function again(): void {
    clearTimeout(retry);
    retry = 0;
    if (document.hidden) return;
    for (const tile of next) if (tile.picture === "failed") tile.picture = "none";
    pump();
  }

  function startOver(): void {
    failures = 0;
    again();
  }

  const stopReachable = reachable.subscribe(() => {
    if (reachable.get()) startOver();
  });
  document.addEventListener("visibilitychange", startOver);
  return {
    /** Loads these, most urgent first; those in view fade in. */
    load(tiles: readonly Tile[], seen: Slots): void {
      for (const tile of tiles) {
        const comes = isIn(seen, tile.slot) && !isIn(inView, tile.slot);
        if (comes && tile.picture === "failed") tile.picture = "none";
      }
      next = tiles;
      inView = seen;
      pump();
    },
    close(): void {
      clearTimeout(retry);
      stopReachable();
      document.removeEventListener("visibilitychange", startOver);
    },
  };
}

function isIn({ from, to }: Slots, slot: number): boolean {
  return slot >= from && slot < to;
}
