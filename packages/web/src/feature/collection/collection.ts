import type { Grid } from "../../grid/grid.ts";
import type { Item } from "../../grid/items.ts";
import { api, type OwnCollection, type Selected } from "../../lib/api.ts";
import { createGallery, type Gallery } from "../gallery/gallery.ts";
import { albumPhotos, ownPhotos } from "../gallery/photos.ts";
import { createHeld } from "./held.ts";
import { type Asked, createCollectionSource, type CollectionSource } from "./source.ts";
import { createCollectionSync } from "./sync.ts";

/** A set of photos that a grid shows besides the timeline. `held`: what guests have sent to an album and waits. */
export type Collection = { kind: Exclude<OwnCollection, "held"> } | { kind: "album" | "held"; id: string };

/** Its address in the app. */
export function addressOf(collection: Collection): string {
  if (collection.kind === "held") return `/albums/${collection.id}/guests`;
  return collection.kind === "album" ? `/albums/${collection.id}` : `/${collection.kind}`;
}

/** Puts the photos of a collection into `host`; `onOpen` is told of the photo that is to be looked at. */
export function createCollection(host: HTMLElement, collection: Collection, onOpen: (item: Item) => void): Gallery {
  const waiting = collection.kind === "held" ? createHeld(collection.id) : undefined;
  const source = createCollectionSource(waiting?.asked ?? askedOf(collection));
  const address = addressOf(collection);
  const gallery = createGallery(
    host,
    {
      place: collection.kind,
      source,
      href: (id) => (id === undefined ? address : `${address}/p/${id}`),
      photos: waiting?.photos ?? (collection.kind === "album" ? albumPhotos(collection.id) : ownPhotos),
      locate: async (id) => source.ids()?.place(id),
      selected: (grid) => selectedIn(grid, source),
      ids: () => source.ids()?.all() ?? [],
      ...(waiting && { held: waiting.held }),
      sync: (grid, hooks) => createCollectionSync(grid, source, hooks),
    },
    onOpen,
  );
  void gallery.sync.load();
  return gallery;
}

function askedOf(collection: Collection): Asked {
  if (collection.kind === "album") {
    const { id } = collection;
    return { geometry: `/api/albums/${id}/geometry`, items: (ids, signal) => api.albumItems(id, ids, signal) };
  }
  const { kind } = collection;
  return { geometry: `/api/collections/${kind}/geometry`, items: (ids, signal) => api.collectionItems(kind, ids, signal) };
}

/** By id: all of them are known, loaded or not. */
function selectedIn(grid: Grid, source: CollectionSource): Selected {
  const { runs, ids } = grid.selection.runs();
  const own = runs.flatMap(({ month, from, to }) => source.ids()?.of({ month: month.month, revision: month.revision, from, to }) ?? []);
  return { ids: [...ids, ...own], ranges: [] };
}
