import { mdiArrowExpandUp } from "@mdi/js";
import { useEffect, useState } from "react";
import { messageOf } from "../../lib/http.ts";
import { useStore } from "../../lib/store.ts";
import { Icon } from "../../ui/icon.tsx";
import { toast } from "../../ui/toast.tsx";
import { entriesOf } from "../../upload/walk.ts";
import { addEntries, into } from "./upload.ts";
import "./drop.css";

/** The whole window takes drops; while files hover over it, it is tinted and says so. */
export function DropTarget() {
  const [over, setOver] = useState(false);
  const album = useStore(into);
  useEffect(() => {
    const stop = new AbortController();
    const listen = (type: "dragenter" | "dragover" | "dragleave" | "drop", act: (event: DragEvent) => void): void =>
      addEventListener(type, (event) => hasFiles(event) && act(event), { signal: stop.signal });

    const hover = (event: DragEvent): void => {
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
      setOver(true);
    };

    listen("dragenter", hover);
    listen("dragover", hover);
    // From one element to the next there is a related target, out of the window there is none.
    listen("dragleave", (event) => event.relatedTarget === null && setOver(false));
    listen("drop", (event) => {
      event.preventDefault();
      setOver(false);
      const entries = event.dataTransfer ? entriesOf(event.dataTransfer.items) : [];
      void addEntries(entries).catch((error: unknown) => toast(messageOf(error)));
    });
    // A drag sends no pointer events: when one comes, it is over, however it ended.
    addEventListener("pointermove", () => setOver(false), { signal: stop.signal });
    return () => stop.abort();
  }, []);

  if (!over) return null;
  return (
    <div className="drop" aria-hidden="true">
      <div className="drop-sign">
        <Icon path={mdiArrowExpandUp} size={40} />
        {album ? `Drop to add to “${album.title}”` : "Drop to upload"}
      </div>
    </div>
  );
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}
