import { createGrid, type Grid } from "../../grid/grid.ts";
import type { Item, Source } from "../../grid/items.ts";
import type { Place } from "../../grid/listed.ts";
import type { Size } from "../../grid/metrics.ts";
import { createScrubber } from "../../grid/scrubber.ts";
import { createSticky } from "../../grid/sticky.ts";
import type { Selected } from "../../lib/api.ts";
import { memory } from "../../lib/memory.ts";
import { createStore, type Store } from "../../lib/store.ts";
import type { Photos } from "./photos.ts";

const SIZE_KEY = "tintype.size";

/** Where photos are seen: what may be done to them there, and what is left of it afterwards, depends on it. */
export type PlaceKind = "timeline" | "favourites" | "archive" | "locked" | "bin" | "held" | "album";

/** Indexes of photos in the chunks of their months. */
export type Gone = ReadonlyMap<number, ReadonlySet<number>>;

/** Keeps a grid as the server has it. */
export type Sync = {
  load: () => Promise<void>;
  /** Asks now for what has changed. */
  refresh: () => Promise<void>;
  /** Asks until something has changed, for a few seconds: it is about to. */
  expect: () => void;
  /** Takes photos away at once; gives how to put them back while nothing is heard of their months. Where there is none, `expect` is as quick. */
  leave?: (gone: Gone) => () => void;
  close: () => void;
};

/** Accepts or declines photos of guests that wait, and lets them wait again. Each gives how many there were. */
type Held = {
  /** How many of all are videos. */
  videos: () => number;
  decide: (ids: string[], accept: boolean, token: string) => Promise<number>;
  undo: (token: string) => Promise<number>;
};

/** What a gallery is of. */
export type Spec<S extends Sync> = {
  place: PlaceKind;
  source: Source;
  /** The address of a photo in it; without an id its own. */
  href: (id?: string) => string;
  photos: Photos;
  /** Where a photo lies, as the server has it; undefined when it is not in it. */
  locate: (id: string, signal: AbortSignal) => Promise<Place | undefined>;
  /** What the server is told of a selection. */
  selected: (grid: Grid) => Selected;
  /** All of them in their order, where that is known. */
  ids?: () => string[];
  held?: Held;
  sync: (grid: Grid, hooks: SyncHooks) => S;
};

/** What a sync tells: that all is loaded, or the first load has failed. */
export type SyncHooks = { onLoad: (revision: number) => void; onFail: (error: unknown) => void };

type Status = { state: "loading" | "failed" | "ready"; count: number; revision: number; error?: unknown };

/** A grid of photos and what belongs to it, for the views around: of the timeline, or of a collection. */
export type Gallery<S extends Sync = Sync> = Omit<Spec<S>, "sync" | "source" | "selected"> & {
  grid: Grid;
  sync: S;
  status: Store<Status>;
  /** How many photos are selected. */
  count: Store<number>;
  size: Store<Size>;
  selected: () => Selected;
  close: () => void;
};

/** Puts a gallery into `host`; `onOpen` is told of the photo that is to be looked at. */
export function createGallery<S extends Sync>(host: HTMLElement, spec: Spec<S>, onOpen: (item: Item) => void): Gallery<S> {
  const status = createStore<Status>({ state: "loading", count: 0, revision: 0 });
  const count = createStore(0);
  const size = createStore<Size>(readSize());
  const grid = createGrid(host, {
    source: spec.source,
    size: size.get(),
    scrubber: true,
    hrefOf: ({ id }) => spec.href(id),
    onOpen,
    onView: (byHand) => {
      const offset = grid.offset();
      scrubber.update();
      sticky.update(grid.layout(), offset, byHand);
    },
    onSelect: () => count.set(grid.selection.count()),
    onStale: () => void sync.refresh(),
  });
  const scrubber = createScrubber(host, grid);
  const sticky = createSticky(host);
  const sync = spec.sync(grid, {
    onLoad: (revision) => status.set({ state: "ready", count: grid.layout()?.library.count ?? 0, revision }),
    onFail: (error) => status.set({ state: "failed", count: 0, revision: 0, error }),
  });
  const stopSize = size.subscribe(() => {
    memory.setItem(SIZE_KEY, size.get());
    grid.setSize(size.get());
  });
  return {
    place: spec.place,
    href: spec.href,
    photos: spec.photos,
    locate: spec.locate,
    selected: () => spec.selected(grid),
    ...(spec.ids && { ids: spec.ids }),
    ...(spec.held && { held: spec.held }),
    grid,
    sync,
    status,
    count,
    size,
    close(): void {
      stopSize();
      sync.close();
      sticky.close();
      scrubber.close();
      grid.close();
    },
  };
}

function readSize(): Size {
  const stored = memory.getItem(SIZE_KEY);
  return stored === "s" || stored === "l" ? stored : "m";
}
