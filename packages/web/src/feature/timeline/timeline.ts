import type { Grid } from "../../grid/grid.ts";
import type { Item, Source } from "../../grid/items.ts";
import type { Selected } from "../../lib/api.ts";
import { refreshLibrary } from "../account/session.ts";
import { createGallery, type Gallery, type SyncHooks } from "../gallery/gallery.ts";
import { ownPhotos } from "../gallery/photos.ts";
import { pending } from "../upload/upload.ts";
import { createGaps, type Gaps } from "./gaps.ts";
import { locate, rangeText, timelineSource } from "./source.ts";
import { createSync } from "./sync.ts";

/** Puts the timeline into `host`; `onOpen` is told of the photo that is to be looked at. */
export function createTimeline(host: HTMLElement, onOpen: (item: Item) => void): Gallery {
  const gaps = createGaps();
  const source = gaps.through(timelineSource);
  const selected = (of: Grid) => selectedIn(of, gaps);
  const gallery = createGallery(host, { ...TIMELINE, source, selected, sync: (of, hooks) => begin(of, source, gaps, hooks) }, onOpen);
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
  href: (id?: string) => (id === undefined ? "/" : `/p/${id}`),
  photos: ownPhotos,
  locate,
} as const;

function begin(grid: Grid, source: Source, gaps: Gaps, { onLoad, onFail }: SyncHooks) {
  let isFirst = true;
  const loaded = (revision: number): void => {
    // What came from elsewhere is in no other count yet.
    if (!isFirst) refreshLibrary();
    isFirst = false;
    onLoad(revision);
  };
  return createSync(grid, source, gaps, { onLoad: loaded, onFail });
}

/** By place, so that photos which were never loaded can be selected as well. */
function selectedIn(grid: Grid, gaps: Gaps): Selected {
  const { runs, ids } = grid.selection.runs();
  const places = runs.flatMap(({ month: { month, revision }, from, to }) => gaps.placesOf({ month, revision, from, to }));
  return { ids, ranges: places.map(rangeText) };
}
