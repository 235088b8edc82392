import { createGrid, type Grid } from "../../grid/grid.ts";
import type { Item } from "../../grid/items.ts";
import type { Place } from "../../grid/listed.ts";
import type { Size } from "../../grid/metrics.ts";
import { createScrubber } from "../../grid/scrubber.ts";
import { createSticky } from "../../grid/sticky.ts";
import { createStore, type Store } from "../../lib/store.ts";
import { refreshLibrary } from "../account/session.ts";
import { pending } from "../upload/upload.ts";
import { locate, timelineSource } from "./source.ts";
import { createSync } from "./sync.ts";

const SIZE_KEY = "tintype.size";

/** The timeline's living parts, for the views around the grid. */
export type Timeline = {
  grid: Grid;
  sync: ReturnType<typeof createSync>;
  /** Where a photo lies that the grid has not loaded; undefined when it is not in it. */
  locate: (id: string, signal: AbortSignal) => Promise<Place | undefined>;
  status: Store<Status>;
  /** How many photos are selected. */
  selected: Store<number>;
  size: Store<Size>;
  close: () => void;
};

type Status = { state: "loading" | "failed" | "ready"; count: number; revision: number; error?: unknown };

/** Puts a timeline into `host`; `onOpen` is told of the photo that is to be looked at. */
export function createTimeline(host: HTMLElement, onOpen: (item: Item) => void): Timeline {
  const status = createStore<Status>({ state: "loading", count: 0, revision: 0 });
  const selected = createStore(0);
  const size = createStore<Size>(readSize());
  const grid = createGrid(host, {
    source: timelineSource,
    size: size.get(),
    scrubber: true,
    hrefOf: ({ id }) => `/p/${id}`,
    onOpen,
    onView: (byHand) => {
      const offset = grid.offset();
      scrubber.update();
      sticky.update(grid.layout(), offset, byHand);
    },
    onSelect: () => selected.set(grid.selection.count()),
    onStale: () => void sync.refresh(),
  });
  const scrubber = createScrubber(host, grid);
  const sticky = createSticky(host);
  const sync = createSync(grid, timelineSource, {
    onLoad: () => {
      // What came from elsewhere is in no other count yet.
      if (status.get().state === "ready") refreshLibrary();
      status.set({ state: "ready", count: grid.layout()?.library.count ?? 0, revision: sync.revision() ?? 0 });
    },
    onFail: (error) => status.set({ state: "failed", count: 0, revision: 0, error }),
  });

  function takePending(): void {
    const tiles = pending.get();
    grid.setPending(tiles);
    sync.setBusy(tiles.some((tile) => tile.state === "checking" || tile.state === "safe"));
    if (tiles.some((tile) => tile.revision !== null && tile.revision > (sync.revision() ?? 0))) void sync.refresh();
  }

  const stopPending = pending.subscribe(takePending);
  const stopSize = size.subscribe(() => {
    localStorage.setItem(SIZE_KEY, size.get());
    grid.setSize(size.get());
  });
  void sync.load().then(takePending);
  return {
    grid,
    sync,
    locate,
    status,
    selected,
    size,
    close(): void {
      stopPending();
      stopSize();
      sync.close();
      sticky.close();
      scrubber.close();
      grid.close();
    },
  };
}

function readSize(): Size {
  const stored = localStorage.getItem(SIZE_KEY);
  return stored === "s" || stored === "l" ? stored : "m";
}
