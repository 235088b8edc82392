import type { Grid } from "../../grid/grid.ts";
import type { Item } from "../../grid/items.ts";
import type { Selected } from "../../lib/api.ts";
import { refreshLibrary } from "../account/session.ts";
import { createGallery, type Gallery } from "../gallery/gallery.ts";
import { ownPhotos } from "../gallery/photos.ts";
import { pending } from "../upload/upload.ts";
import { locate, rangeText, timelineSource } from "./source.ts";
import { createSync } from "./sync.ts";

/** Puts the timeline into `host`; `onOpen` is told of the photo that is to be looked at. */
export function createTimeline(host: HTMLElement, onOpen: (item: Item) => void): Gallery {
  const gallery = createGallery(host, { ...TIMELINE, sync: begin }, onOpen);
  const { grid, sync } = gallery;

  function takePending(): void {
    const tiles = pending.get();
    grid.setPending(tiles);
    sync.setBusy(tiles.some((tile) => tile.state === "checking" || tile.state === "safe"));
    if (tiles.some((tile) => tile.revision !== null && tile.revision > (sync.revision() ?? 0))) void sync.refresh();
  }

  const stopPending = pending.subscribe(takePending);
  void sync.load().then(takePending);
  return {
    ...gallery,
    close(): void {
      stopPending();
      gallery.close();
    },
  };
}

const TIMELINE = {
  place: "timeline",
  source: timelineSource,
  href: (id?: string) => (id === undefined ? "/" : `/p/${id}`),
  photos: ownPhotos,
  locate,
  selected: selectedIn,
} as const;

function begin(grid: Grid, { onLoad, onFail }: Parameters<typeof createSync>[2]) {
  let isFirst = true;
  const loaded = (revision: number): void => {
    // What came from elsewhere is in no other count yet.
    if (!isFirst) refreshLibrary();
    isFirst = false;
    onLoad(revision);
  };
  return createSync(grid, timelineSource, { onLoad: loaded, onFail });
}

/** By place, so that photos which were never loaded can be selected as well. */
function selectedIn(grid: Grid): Selected {
  const { runs, ids } = grid.selection.runs();
  return { ids, ranges: runs.map(({ month, from, to }) => rangeText({ month: month.month, revision: month.revision, from, to })) };
}
