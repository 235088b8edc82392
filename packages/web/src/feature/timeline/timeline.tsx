import { mdiImageSyncOutline } from "@mdi/js";
import { useEffect, useRef, useState } from "react";
import { useLocation, useRoute } from "wouter";
import { useStore } from "../../lib/store.ts";
import { useTitle } from "../../lib/title.ts";
import { Notice } from "../../ui/notice.tsx";
import { AddAction } from "../album/add-action.tsx";
import type { Gallery } from "../gallery/gallery.ts";
import { GalleryView } from "../gallery/gallery-view.tsx";
import { pending } from "../upload/upload.ts";
import { createTimeline } from "./timeline.ts";

/**
 * The photos by day, and over them the viewer when the address names a photo. The grid stays where it is meanwhile. `assets` is how many there are.
 */
export function TimelineScreen({ assets }: { assets: number }) {
  const host = useRef<HTMLDivElement>(null);
  const [gallery, setGallery] = useState<Gallery>();
  const [, navigate] = useLocation();
  const [viewing, params] = useRoute("/p/:id");
  const sending = useStore(pending).some(({ state }) => state !== "failed");
  useTitle(viewing ? "Photo" : "Photos");
  const go = useRef(navigate);
  go.current = navigate;

  useEffect(() => {
    if (!host.current) return;
    const made = createTimeline(host.current, (item) => go.current(`/p/${item.id}`, { state: { from: "grid" } }));
    setGallery(made);
    return () => made.close();
  }, []);

  const reading = (
    <Notice
      icon={mdiImageSyncOutline}
      title="Reading your photos"
      level={2}
      text="They are in your storage already, and appear here one after the other."
    />
  );
  return (
    <div className="gallery">
      <h1 className="hidden">Photos</h1>
      <div ref={host} className="grid" />
      {gallery && (
        <GalleryView
          gallery={gallery}
          viewing={viewing ? params.id : undefined}
          sending={sending}
          empty={assets > 0 && reading}
          actions={<AddAction gallery={gallery} />}
        />
      )}
    </div>
  );
}
