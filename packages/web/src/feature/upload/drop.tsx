import { mdiArrowExpandUp } from "@mdi/js";
import { useEffect, useState } from "react";
import { messageOf } from "../../lib/http.ts";
import { Icon } from "../../ui/icon.tsx";
import { toast } from "../../ui/toast.tsx";
import { entriesOf } from "../../upload/walk.ts";
import { addEntries } from "./upload.ts";
import "./drop.css";

/** The whole window takes drops; while files hover over it, it is tinted and says so. */
export function DropTarget() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    // Every element that the pointer crosses fires enter and leave: only their balance tells whether it is inside.
    let depth = 0;
    const stop = new AbortController();
    const listen = (type: "dragenter" | "dragover" | "dragleave" | "drop", act: (event: DragEvent) => void): void =>
      addEventListener(type, (event) => hasFiles(event) && act(event), { signal: stop.signal });

    listen("dragenter", (event) => {
      event.preventDefault();
      depth++;
      setOver(true);
    });
    listen("dragover", (event) => {
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
    });
    listen("dragleave", () => {
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    });
    listen("drop", (event) => {
      event.preventDefault();
      depth = 0;
      setOver(false);
      const entries = event.dataTransfer ? entriesOf(event.dataTransfer.items) : [];
      void addEntries(entries).catch((error: unknown) => toast(messageOf(error)));
    });
    return () => stop.abort();
  }, []);

  if (!over) return null;
  return (
    <div className="drop" aria-hidden="true">
      <div className="drop-sign">
        <Icon path={mdiArrowExpandUp} size={40} />
        Drop to upload
      </div>
    </div>
  );
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}
