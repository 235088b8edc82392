import { mdiCloudOffOutline, mdiViewComfy, mdiViewGrid, mdiViewModule } from "@mdi/js";
import { type ReactNode, useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { useLocation } from "wouter";
import type { Item } from "../../grid/items.ts";
import type { Size } from "../../grid/metrics.ts";
import { createChunk, loadAhead } from "../../lib/chunk.ts";
import { messageOf, Problem } from "../../lib/http.ts";
import { useStore } from "../../lib/store.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Lazy } from "../../ui/lazy.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useMarkKeys } from "../mark/use-mark-keys.ts";
import { running, saving } from "../selection/download.ts";
import { SelectionBar } from "../selection/selection-bar.tsx";
import { uploaderChunk } from "../upload/upload.ts";
import type { Gallery } from "./gallery.ts";
import "../../grid/grid.css";
import "../../grid/scrubber.css";
import "./gallery.css";

const keysDialog = createChunk(async () => (await import("../viewer/keys-dialog.tsx")).KeysDialog);
const viewer = createChunk(async () => (await import("../viewer/viewer.tsx")).Viewer);

type Props = {
  gallery: Gallery;
  /** The photo that the address names: it lies over the others. */
  viewing: string | undefined;
  /** Shown while there are no photos. */
  empty?: ReactNode;
  /** Shown while a person has to show first who they are. */
  locked?: ReactNode;
  /** Whether there are tiles besides those that the server knows. */
  sending?: boolean;
  /** What can be done to selected photos besides. */
  actions?: ReactNode;
  /** What can be done besides to the photo that is looked at. */
  viewActions?: ((item: Item) => ReactNode) | undefined;
};

/** Everything around the grid of a gallery: what is said where it is empty, the selection's bar, the keys, the viewer. */
export function GalleryView({ gallery, viewing, empty, locked, sending = false, actions, viewActions }: Props) {
  const status = useStore(gallery.status);
  const selected = useStore(gallery.count);
  const downloading = useStore(running) !== undefined;
  const [help, setHelp] = useState(false);
  const [, navigate] = useLocation();
  const isLocked = status.state === "failed" && status.error instanceof Problem && status.error.code === "locked";
  const isEmpty = status.state === "ready" && status.count === 0 && !sending;
  const said = isLocked ? locked : isEmpty && empty;
  const closeHelp = () => setHelp(false);
  useMarkKeys(gallery);

  useEffect(() => {
    if (status.state === "ready") loadAhead(viewer, keysDialog, saving, uploaderChunk);
  }, [status.state]);

  useEffect(() => {
    const ask = (event: KeyboardEvent) => {
      const writing = event.target instanceof Element && event.target.matches("input, textarea, select");
      if (event.key === "?" && !writing && !document.querySelector("dialog[open]")) setHelp(true);
    };
    document.addEventListener("keydown", ask);
    return () => document.removeEventListener("keydown", ask);
  }, []);

  return (
    <>
      {status.state === "failed" && !isLocked && createPortal(<Failed gallery={gallery} error={status.error} />, gallery.grid.rest)}
      {said && createPortal(said, gallery.grid.rest)}
      {(status.count > 0 || sending) && createPortal(<SizePicker gallery={gallery} />, gallery.grid.corner)}
      {(selected > 0 || downloading) && <SelectionBar gallery={gallery} count={selected} actions={actions} />}
      {help && <Lazy chunk={keysDialog} with={{ onClose: closeHelp }} onClose={closeHelp} />}
      {viewing !== undefined && (
        <Lazy
          chunk={viewer}
          with={{ gallery, id: viewing, actions: viewActions }}
          waiting={<div className="viewer-backdrop" />}
          onClose={() => navigate(gallery.href(), { replace: true })}
        />
      )}
      <p className="hidden" role="status">
        {selected > 0 ? `${selected.toLocaleString("en")} selected` : ""}
      </p>
    </>
  );
}

function Failed({ gallery, error }: { gallery: Gallery; error: unknown }) {
  return (
    <Notice icon={mdiCloudOffOutline} title="Your photos cannot be loaded" level={2} text={messageOf(error)} role="alert">
      <Button onClick={() => void gallery.sync.load()}>Try again</Button>
    </Notice>
  );
}

const SIZES: { size: Size; icon: string; label: string }[] = [
  { size: "s", icon: mdiViewComfy, label: "Small" },
  { size: "m", icon: mdiViewModule, label: "Medium" },
  { size: "l", icon: mdiViewGrid, label: "Large" },
];

function SizePicker({ gallery }: { gallery: Gallery }) {
  const chosen = useStore(gallery.size);
  return (
    <div className="gallery-sizes" role="group" aria-label="Size of the photos">
      {SIZES.map(({ size, icon, label }) => (
        <button
          key={size}
          type="button"
          className="icon-button icon-toggle"
          aria-label={label}
          title={label}
          aria-pressed={chosen === size}
          onClick={() => gallery.size.set(size)}
        >
          <Icon path={icon} size={18} />
        </button>
      ))}
    </div>
  );
}
