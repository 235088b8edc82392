import { mdiCloudOffOutline, mdiImageSyncOutline, mdiViewComfy, mdiViewGrid, mdiViewModule } from "@mdi/js";
import { useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { useLocation, useRoute } from "wouter";
import type { Size } from "../../grid/metrics.ts";
import { createChunk, loadAhead } from "../../lib/chunk.ts";
import { messageOf } from "../../lib/http.ts";
import { useStore } from "../../lib/store.ts";
import { useTitle } from "../../lib/title.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Lazy } from "../../ui/lazy.tsx";
import { Notice } from "../../ui/notice.tsx";
import { running, zip } from "../selection/download.ts";
import { SelectionBar } from "../selection/selection-bar.tsx";
import { pending, uploaderChunk } from "../upload/upload.ts";
import { createTimeline, type Timeline } from "./timeline.ts";
import "../../grid/grid.css";
import "../../grid/scrubber.css";
import "./timeline.css";

const keysDialog = createChunk(async () => (await import("../viewer/keys-dialog.tsx")).KeysDialog);
const viewer = createChunk(async () => (await import("../viewer/viewer.tsx")).Viewer);

/** The photos by day, and over them the viewer when the address names a photo. The grid stays where it is meanwhile. `assets` is how many there are. */
export function TimelineScreen({ assets }: { assets: number }) {
  const host = useRef<HTMLDivElement>(null);
  const [timeline, setTimeline] = useState<Timeline>();
  const [, navigate] = useLocation();
  const [viewing, params] = useRoute("/p/:id");
  useTitle(viewing ? "Photo" : "Photos");
  const go = useRef(navigate);
  go.current = navigate;

  useEffect(() => {
    if (!host.current) return;
    const made = createTimeline(host.current, (item) => go.current(`/p/${item.id}`, { state: { from: "grid" } }));
    setTimeline(made);
    return () => made.close();
  }, []);

  return (
    <div className="timeline">
      <h1 className="hidden">Photos</h1>
      <div ref={host} className="grid" />
      {timeline && <Chrome timeline={timeline} assets={assets} />}
      {timeline && viewing && (
        <Lazy
          chunk={viewer}
          with={{ timeline, id: params.id }}
          waiting={<div className="viewer-backdrop" />}
          onClose={() => navigate("/", { replace: true })}
        />
      )}
    </div>
  );
}

function Chrome({ timeline, assets }: { timeline: Timeline; assets: number }) {
  const status = useStore(timeline.status);
  const selected = useStore(timeline.selected);
  const downloading = useStore(running) !== undefined;
  const sending = useStore(pending).some(({ state }) => state !== "failed");
  const [help, setHelp] = useState(false);
  const closeHelp = () => setHelp(false);

  useEffect(() => {
    if (status.state === "ready") loadAhead(viewer, keysDialog, zip, uploaderChunk);
  }, [status.state]);

  useEffect(() => {
    const ask = (event: KeyboardEvent) => {
      const writing = event.target instanceof Element && event.target.matches("input, textarea, select");
      if (event.key === "?" && !writing && !document.querySelector("dialog[open]")) setHelp(true);
    };
    document.addEventListener("keydown", ask);
    return () => document.removeEventListener("keydown", ask);
  }, []);

  if (status.state === "failed") return <Failed timeline={timeline} error={status.error} />;
  const isRead = status.state === "ready" && status.count === 0 && assets > 0 && !sending;
  return (
    <>
      {isRead && (
        <div className="timeline-failed">
          <Notice
            icon={mdiImageSyncOutline}
            title="Reading your photos"
            level={2}
            text="They are in your storage already, and appear here one after the other."
          />
        </div>
      )}
      {(status.count > 0 || sending) && createPortal(<SizePicker timeline={timeline} />, timeline.grid.corner)}
      {(selected > 0 || downloading) && <SelectionBar timeline={timeline} count={selected} />}
      {help && <Lazy chunk={keysDialog} with={{ onClose: closeHelp }} onClose={closeHelp} />}
      <p className="hidden" role="status">
        {selected > 0 ? `${selected.toLocaleString("en")} selected` : ""}
      </p>
    </>
  );
}

function Failed({ timeline, error }: { timeline: Timeline; error: unknown }) {
  return (
    <div className="timeline-failed">
      <Notice icon={mdiCloudOffOutline} title="Your photos cannot be loaded" level={2} text={messageOf(error)} role="alert">
        <Button onClick={() => void timeline.sync.load()}>Try again</Button>
      </Notice>
    </div>
  );
}

const SIZES: { size: Size; icon: string; label: string }[] = [
  { size: "s", icon: mdiViewComfy, label: "Small" },
  { size: "m", icon: mdiViewModule, label: "Medium" },
  { size: "l", icon: mdiViewGrid, label: "Large" },
];

function SizePicker({ timeline }: { timeline: Timeline }) {
  const chosen = useStore(timeline.size);
  return (
    <div className="timeline-sizes" role="group" aria-label="Size of the photos">
      {SIZES.map(({ size, icon, label }) => (
        <button
          key={size}
          type="button"
          className="timeline-size"
          aria-label={label}
          title={label}
          aria-pressed={chosen === size}
          onClick={() => timeline.size.set(size)}
        >
          <Icon path={icon} size={18} />
        </button>
      ))}
    </div>
  );
}
