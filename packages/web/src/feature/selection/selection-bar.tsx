import { mdiClose, mdiDotsHorizontal, mdiTrayArrowDown } from "@mdi/js";
import { type ReactNode, useEffect, useState } from "react";
import { formatBytes, formatCount } from "../../lib/format.ts";
import { messageOf } from "../../lib/http.ts";
import { useStore } from "../../lib/store.ts";
import { IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { toast } from "../../ui/toast.tsx";
import type { Gallery } from "../gallery/gallery.ts";
import { type Action, isKept } from "../mark/actions.ts";
import { mark, type Marked } from "../mark/mark.ts";
import { Ratings } from "../mark/ratings.tsx";
import { act, actionsFor, isOwn } from "../mark/use-mark-keys.ts";
import { ShareAction } from "../share/share-action.tsx";
import { createDownload, running } from "./download.ts";
import "./selection.css";

/** What stands in the bar itself; the rest is behind More. */
const IN_BAR: readonly Action["name"][] = ["favourite", "bin", "restore", "delete", "accept", "decline"];
const SELECTION: Marked = { kind: "selection" };

/** Replaces the top bar while photos are selected or downloaded. `actions` are the page's own. */
export function SelectionBar({ gallery, count, actions }: { gallery: Gallery; count: number; actions?: ReactNode }) {
  const [download] = useState(() => createDownload(gallery));
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
    const tell = (progress: string, wait: string) => {
      const told = running.get();
      if (told?.progress !== progress || told.wait !== wait) running.set({ progress, wait, stop: () => stop.abort() });
    };
    tell("Preparing", "");
    try {
      const said = await download.run(tell, stop.signal);
      if (said !== undefined) toast(said);
    } catch (error) {
      const cancelled = error instanceof DOMException && error.name === "AbortError";
      if (!cancelled) toast(error instanceof RangeError ? error.message : messageOf(error));
    }
    running.set(undefined);
  };

  const size = count > 0 && measured?.count === count ? measured.bytes : undefined;
  const save = (
    <IconButton key="download" icon={mdiTrayArrowDown} label="Download" disabled={busy !== undefined} onClick={() => void start()} />
  );
  return (
    <div className="selection" role="group" aria-label="Selected photos">
      {count > 0 && <IconButton icon={mdiClose} label="Clear the selection" onClick={() => gallery.grid.selection.clear()} />}
      <span className="selection-count">
        {count > 0 ? formatCount(count) : "Downloading"}
        {count > 0 && <span className="selection-word"> selected</span>}
        {size !== undefined && <small> · {formatBytes(size)}</small>}
      </span>
      <span className="selection-space" />
      {busy && <span className="selection-busy">{busy.progress}</span>}
      {busy && <IconButton icon={mdiClose} label="Cancel the download" onClick={busy.stop} />}
      <span className="selection-wait" role="status">
        {busy?.wait}
      </span>
      {count > 0 ? <Actions gallery={gallery} own={actions} download={save} /> : save}
    </div>
  );
}

/** In the order of the design: what the page itself can do, favourite, download, bin, more. */
function Actions({ gallery, own, download }: { gallery: Gallery; own: ReactNode; download: ReactNode }) {
  const all = actionsFor(gallery, SELECTION);
  const run = (action: Action) => void act(gallery, SELECTION, action);
  const shown = all.filter(({ name }) => IN_BAR.includes(name));
  const more = all.filter(({ name }) => !IN_BAR.includes(name));
  const [first, ...rest] = shown.map((action) => (
    <IconButton key={action.name} icon={action.icon} label={action.label} onClick={() => run(action)} />
  ));
  return (
    <>
      {isKept(gallery.place) && gallery.place !== "locked" && isOwn(gallery, SELECTION) && <ShareAction grid={gallery.grid} />}
      {own}
      {first}
      {download}
      {rest}
      {more.length > 0 && (
        <Menu label="More" className="icon-button" face={<Icon path={mdiDotsHorizontal} size={22} />}>
          {(close) => (
            <>
              {more.map((action) => (
                <MenuItem key={action.name} close={close} onPick={() => run(action)}>
                  <Icon path={action.icon} />
                  {action.label}
                </MenuItem>
              ))}
              <Ratings
                onRate={(rating) => {
                  close();
                  void mark(gallery, SELECTION, { rating });
                }}
              />
            </>
          )}
        </Menu>
      )}
    </>
  );
}
