import { mdiArrowLeft, mdiChevronLeft, mdiChevronRight, mdiInformation, mdiKeyboardOutline, mdiTrayArrowDown } from "@mdi/js";
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";
import { api } from "../../lib/api.ts";
import { dateName } from "../../lib/dates.ts";
import { Problem } from "../../lib/http.ts";
import { useStore, type Store } from "../../lib/store.ts";
import { useTitle } from "../../lib/title.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { InfoPanel } from "../info/info-panel.tsx";
import { follow } from "../../lib/follow.ts";
import type { Timeline } from "../timeline/timeline.ts";
import { createDetails, downloadHref, hasOriginal } from "./detail.ts";
import { KeysDialog } from "./keys-dialog.tsx";
import { openViewer, type Viewer as OpenViewer, type ViewerState } from "./viewer.ts";
import { useDetail } from "./use-detail.ts";
import "./viewer.css";

/** Younger than the signed URLs' life by far. */
const details = createDetails({ ask: api.asset, hrefOf: downloadHref, freshMs: 10 * 60_000 });

/** One photo over the whole window. The address names it; the grid stays as it is below. */
export function Viewer({ timeline, id }: { timeline: Timeline; id: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const [viewer, setViewer] = useState<OpenViewer>();
  const [, navigate] = useLocation();
  const history = useHistoryState<{ from?: string } | null>();
  const address = useRef({ navigate, history });
  address.current = { navigate, history };

  useEffect(() => {
    if (!dialog.current || !stage.current) return undefined;
    const opened = openViewer({
      dialog: dialog.current,
      stage: stage.current,
      timeline,
      details,
      isComing: isShown,
      onMove: (next) => address.current.navigate(`/p/${next}`, { replace: true, state: address.current.history }),
      onLeave: () => (address.current.history?.from === "grid" ? window.history.back() : address.current.navigate("/", { replace: true })),
    });
    setViewer(opened);
    return () => opened.close();
  }, [timeline]);

  useEffect(() => viewer?.show(id), [viewer, id]);

  return (
    <dialog ref={dialog} className="viewer" aria-label="Photo viewer">
      <div ref={stage} className="viewer-stage" />
      {viewer && <Chrome viewer={viewer} state={viewer.state} />}
    </dialog>
  );
}

function Chrome({ viewer, state }: { viewer: OpenViewer; state: Store<ViewerState> }) {
  const { entry, name, newer, older, missing } = useStore(state);
  const [info, setInfo] = useState(false);
  const [help, setHelp] = useState(false);
  const infoButton = useRef<HTMLButtonElement>(null);
  const id = entry?.item.id;
  const { detail } = useDetail(details, id);
  const saves = id !== undefined && (!detail || hasOriginal(detail));
  useTitle(entry ? `${entry.item.name}, ${dateName(entry.day)}` : "Photo");

  const closeInfo = () => {
    setInfo(false);
    infoButton.current?.focus();
  };

  useEffect(() => {
    const actions: Record<string, () => void> = {
      ArrowLeft: () => viewer.go(-1),
      ArrowRight: () => viewer.go(1),
      i: () => setInfo((open) => !open),
      z: () => viewer.zoom(),
      "+": () => viewer.zoom(1.5),
      "-": () => viewer.zoom(1 / 1.5),
      d: () => saves && follow(downloadHref(id)),
      "?": () => setHelp(true),
    };
    const handle = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || help) return;
      const action = actions[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    document.addEventListener("keydown", handle);
    return () => document.removeEventListener("keydown", handle);
  }, [viewer, id, saves, help]);

  return (
    <>
      <div className="viewer-bar">
        <IconButton icon={mdiArrowLeft} label="Back to your photos" onClick={() => viewer.leave()} />
        <span className="viewer-space" />
        <IconButton icon={mdiKeyboardOutline} label="Keyboard shortcuts" className="viewer-keys" onClick={() => setHelp(true)} />
        {id && (
          <>
            <IconButton ref={infoButton} icon={mdiInformation} label="Info" aria-pressed={info} onClick={() => setInfo(!info)} />
            {saves && (
              <a className="icon-button" href={downloadHref(id)} download aria-label="Download original" title="Download original">
                <Icon path={mdiTrayArrowDown} size={22} />
              </a>
            )}
          </>
        )}
      </div>
      {newer && <IconButton icon={mdiChevronLeft} label="Newer photo" className="viewer-side viewer-newer" onClick={() => viewer.go(-1)} />}
      {older && <IconButton icon={mdiChevronRight} label="Older photo" className="viewer-side viewer-older" onClick={() => viewer.go(1)} />}
      <p className="hidden" role="status">
        {name}
      </p>
      {missing !== undefined && (
        <div className="viewer-missing">
          <h2>{missing.title}</h2>
          <p>{missing.text}</p>
          <Button kind="outline" onClick={() => viewer.leave()}>
            Back to your photos
          </Button>
        </div>
      )}
      {info && entry && <InfoPanel key={id} entry={entry} details={details} onClose={closeInfo} />}
      {help && <KeysDialog onClose={() => setHelp(false)} />}
    </>
  );
}

/** Whether there is an asset with this id that the timeline shows, sooner or later. */
async function isShown(id: string): Promise<boolean> {
  try {
    return (await api.asset(id)).kind !== "sidecar";
  } catch (error) {
    if (error instanceof Problem && (error.status === 404 || error.code === "invalid")) return false;
    throw error;
  }
}
