import { mdiImageAlbum } from "@mdi/js";
import { useState } from "react";
import { createChunk } from "../../lib/chunk.ts";
import { IconButton } from "../../ui/button.tsx";
import { Lazy } from "../../ui/lazy.tsx";
import type { Gallery } from "../gallery/gallery.ts";

const dialog = createChunk(async () => (await import("./add-dialog.tsx")).AddToAlbum);

/** Adds the selected photos to an album. */
export function AddAction({ gallery }: { gallery: Gallery }) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  const clear = () => gallery.grid.selection.clear();
  return (
    <>
      <IconButton icon={mdiImageAlbum} label="Add to album" onClick={() => setOpen(true)} />
      {open && <Lazy chunk={dialog} with={{ photos: gallery.selected, onClose: close, onAdded: clear }} onClose={close} />}
    </>
  );
}
