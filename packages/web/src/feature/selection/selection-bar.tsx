import { mdiClose, mdiTrayArrowDown } from "@mdi/js";
import { useEffect, useState } from "react";
import { formatBytes, formatCount } from "../../lib/format.ts";
import { messageOf } from "../../lib/http.ts";
import { useStore } from "../../lib/store.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { toast } from "../../ui/toast.tsx";
import type { Timeline } from "../timeline/timeline.ts";
import { createDownload, missingText, running } from "./download.ts";
import "./selection.css";

/** Replaces the top bar while photos are selected or downloaded. */
export function SelectionBar({ timeline, count }: { timeline: Timeline; count: number }) {
  const [download] = useState(() => createDownload(timeline.grid));
  const [measured, setMeasured] = useState<{ count: number; bytes: number | undefined }>();
  const busy = useStore(running);

  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      void download
        .size(stop.signal)
        .then((bytes) => setMeasured({ count, bytes }))
        // Only the size stays unsaid; downloading tells its own errors.
        .catch(() => undefined);
    }, 300);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [download, count]);

  const start = async () => {
    const stop = new AbortController();
    const tell = (progress: string) => {
      if (running.get()?.progress !== progress) running.set({ progress, stop: () => stop.abort() });
    };
    tell("Preparing");
    try {
      const onProgress = (done: number, all: number) => tell(`${Math.floor((done / all) * 100)} %`);
      const outcome = await download.run({ onProgress, signal: stop.signal });
      if (outcome.missing.length > 0) toast(missingText(outcome));
    } catch (error) {
      const cancelled = error instanceof DOMException && error.name === "AbortError";
      if (!cancelled) toast(error instanceof RangeError ? error.message : messageOf(error));
    }
    running.set(undefined);
  };

  return (
    <div className="selection" role="group" aria-label="Selected photos">
      {count > 0 && <IconButton icon={mdiClose} label="Clear the selection" onClick={() => timeline.grid.selection.clear()} />}
      <span className="selection-count">
        {count > 0 ? `${formatCount(count)} selected` : "Downloading"}
        {count > 0 && measured?.count === count && measured.bytes !== undefined && <small> · {formatBytes(measured.bytes)}</small>}
      </span>
      <span className="selection-space" />
      {busy && <span className="selection-busy">{busy.progress}</span>}
      {busy && <IconButton icon={mdiClose} label="Cancel the download" onClick={busy.stop} />}
      <Button kind="text" icon={mdiTrayArrowDown} aria-label="Download" busy={busy !== undefined} onClick={() => void start()}>
        Download
      </Button>
    </div>
  );
}
