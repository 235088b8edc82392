import { mdiImageAlbum } from "@mdi/js";
import { useEffect, useState } from "react";
import { createChunk } from "../../lib/chunk.ts";
import { IconButton } from "../../ui/button.tsx";
import { Lazy } from "../../ui/lazy.tsx";
import type { Gallery } from "../gallery/gallery.ts";

const dialog = createChunk(async () => (await import("./add-dialog.tsx")).AddToAlbum);
const lift = createChunk(async () => (await import("./lift.ts")).listenLift);

/** Adds the selected photos to an album: by its button, or by taking them to the albums in the rail. */
export function AddAction({ gallery }: { gallery: Gallery }) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  const clear = () => gallery.grid.selection.clear();
  useEffect(() => {
    const host = gallery.grid.head.closest<HTMLElement>(".grid");
    let stop: (() => void) | undefined;
    let isOver = false;
    const listen = (listenLift: Awaited<ReturnType<typeof lift.load>>): void => {
      if (isOver || !host) return;
      const { selection } = gallery.grid;
      stop = listenLift(host, {
        lifts: (tile) => tile.dataset["selected"] !== undefined,
        count: selection.count,
        onAlbums: () => setOpen(true),
      });
    };
    // Without it there is still the button.
    lift.load().then(listen, () => undefined);
    return () => {
      isOver = true;
      stop?.();
    };
  }, [gallery]);
  return (
    <>
      <IconButton icon={mdiImageAlbum} label="Add to album" onClick={() => setOpen(true)} />
      {open && <Lazy chunk={dialog} with={{ photos: gallery.selected, onClose: close, onAdded: clear }} onClose={close} />}
    </>
  );
}
