import { type ReactNode, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { useLocation, useRoute } from "wouter";
import type { Item } from "../../grid/items.ts";
import { useTitle } from "../../lib/title.ts";
import type { Gallery } from "../gallery/gallery.ts";
import { GalleryView } from "../gallery/gallery-view.tsx";
import { addressOf, type Collection, createCollection } from "./collection.ts";
import "./collection.css";

type Props = {
  /** With another one, give another `key`: the grid begins anew. */
  collection: Collection;
  title: string;
  /** What stands above the photos and scrolls away with them, instead of the plain title. */
  head?: ((gallery: Gallery) => ReactNode) | undefined;
  /** Shown while there are no photos. */
  empty: ReactNode;
  /** Shown while it is locked. */
  locked?: ReactNode;
  /** What can be done to selected photos besides. */
  actions?: ((gallery: Gallery) => ReactNode) | undefined;
  /** What can be done besides to the photo that is looked at. */
  viewing?: ((gallery: Gallery, item: Item) => ReactNode) | undefined;
};

/** The photos of a collection, and over them the viewer when the address names one. */
export function CollectionScreen({ collection, title, head, empty, locked, actions, viewing: actionsOn }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const [gallery, setGallery] = useState<Gallery>();
  const [, navigate] = useLocation();
  const address = addressOf(collection);
  const [viewing, params] = useRoute<{ photo: string }>(`${address}/p/:photo`);
  useTitle(viewing ? "Photo" : title);
  const go = useRef(navigate);
  go.current = navigate;
  const first = useRef(collection);

  useEffect(() => {
    if (!host.current) return;
    const made = createCollection(host.current, first.current, (item) =>
      go.current(`${address}/p/${item.id}`, { state: { from: "grid" } }),
    );
    setGallery(made);
    return () => made.close();
  }, [address]);

  return (
    <div className="gallery">
      <div ref={host} className="grid" />
      {gallery && createPortal(head ? head(gallery) : <h1 className="collection-title page-title">{title}</h1>, gallery.grid.head)}
      {gallery && (
        <GalleryView
          gallery={gallery}
          viewing={viewing ? params.photo : undefined}
          empty={empty}
          locked={locked}
          actions={actions?.(gallery)}
          viewActions={actionsOn && ((item) => actionsOn(gallery, item))}
        />
      )}
    </div>
  );
}
