import { mdiClose, mdiTrayArrowDown } from "@mdi/js";
import { useEffect, useRef, useState } from "react";
import { formatBytes, formatCount } from "../../lib/format.ts";
import { messageOf } from "../../lib/http.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { toast } from "../../ui/toast.tsx";
import type { Timeline } from "../timeline/timeline.ts";
import { createDownload, missingText } from "./download.ts";
import "./selection.css";

/** Replaces the top bar while photos are selected. */
export function SelectionBar({ timeline, count }: { timeline: Timeline; count: number }) {
  const [download] = useState(() => createDownload(timeline.grid));
  const [measured, setMeasured] = useState<{ count: number; bytes: number | undefined }>();
  const [busy, setBusy] = useState<string>();
  const running = useRef<AbortController>(null);

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
    running.current = stop;
    setBusy("Preparing");
    try {
      const missing = await download.run((done, all) => setBusy(`${Math.floor((done / all) * 100)} %`), stop.signal);
      if (missing.length > 0) toast(missingText(missing));
    } catch (error) {
      const cancelled = error instanceof DOMException && error.name === "AbortError";
      if (!cancelled) toast(error instanceof RangeError ? error.message : messageOf(error));
    }
    setBusy(undefined);
  };

  return (
    <div className="selection" role="group" aria-label="Selected photos">
      <IconButton icon={mdiClose} label="Clear the selection" onClick={() => timeline.grid.selection.clear()} />
      <span className="selection-count">
        {formatCount(count)} selected
        {measured?.count === count && measured.bytes !== undefined && <small> · {formatBytes(measured.bytes)}</small>}
      </span>
      <span className="selection-space" />
      {busy && <span className="selection-busy">{busy}</span>}
      {busy && <IconButton icon={mdiClose} label="Cancel the download" onClick={() => running.current?.abort()} />}
      <Button kind="text" icon={mdiTrayArrowDown} aria-label="Download" busy={busy !== undefined} onClick={() => void start()}>
        Download
      </Button>
    </div>
  );
}
