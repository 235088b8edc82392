import { mdiArrowLeft, mdiChevronLeft, mdiChevronRight, mdiInformation, mdiKeyboardOutline, mdiTrayArrowDown } from "@mdi/js";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";
import type { Item } from "../../grid/items.ts";
import { dateName } from "../../lib/dates.ts";
import { Problem } from "../../lib/http.ts";
import { useStore } from "../../lib/store.ts";
import { useTitle } from "../../lib/title.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { hostToasts } from "../../ui/toast.tsx";
import type { Gallery } from "../gallery/gallery.ts";
import { InfoPanel } from "../info/info-panel.tsx";
import { follow } from "../../lib/follow.ts";
import { type Action, isKept, ratingOf } from "../mark/actions.ts";
import { question } from "../mark/bin.ts";
import { leaves } from "../mark/mark.ts";
import { undoLast, undone } from "../mark/undo.ts";
import { unlocking } from "../mark/unlock.ts";
import { act, actionsFor } from "../mark/use-mark-keys.ts";
import { createDetails, type Details, hasOriginal } from "./detail.ts";
import { KeysDialog } from "./keys-dialog.tsx";
import { openViewer, type Viewer as OpenViewer } from "./viewer.ts";
import { useDetail } from "./use-detail.ts";
import "./viewer.css";

/** What the page itself can do to a photo. */
type PageActions = { actions?: ((item: Item) => ReactNode) | undefined };

/** One photo over the whole window. The address names it; the grid stays as it is below. */
export function Viewer({ gallery, id, actions }: { gallery: Gallery; id: string } & PageActions) {
  const [details] = useState(() => createDetails({ ask: gallery.photos.detail, hrefOf: gallery.photos.originalHref }));
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
      timeline: gallery,
      details,
      isComing: (wanted) => isShown(gallery, wanted),
      onMove: (next) => address.current.navigate(gallery.href(next), { replace: true, state: address.current.history }),
      onLeave: () =>
        address.current.history?.from === "grid" ? window.history.back() : address.current.navigate(gallery.href(), { replace: true }),
    });
    setViewer(opened);
    const stopToasts = hostToasts(dialog.current);
    return () => {
      stopToasts();
      opened.close();
    };
  }, [gallery, details]);

  useEffect(() => viewer?.show(id), [viewer, id]);

  return (
    <dialog ref={dialog} className="viewer" aria-label="Photo viewer">
      <div ref={stage} className="viewer-stage" />
      {viewer && <Chrome viewer={viewer} gallery={gallery} details={details} actions={actions} />}
    </dialog>
  );
}

type ChromeProps = { viewer: OpenViewer; gallery: Gallery; details: Details } & PageActions;

function Chrome({ viewer, gallery, details, actions }: ChromeProps) {
  const { entry, name, newer, older, missing } = useStore(viewer.state);
  const [info, setInfo] = useState(false);
  const [help, setHelp] = useState(false);
  const infoButton = useRef<HTMLButtonElement>(null);
  const id = entry?.item.id;
  const [marks, setMarks] = useState(0);
  const renew = () => setMarks((count) => count + 1);
  const item = entry && (gallery.grid.itemOf(entry.item.id) ?? entry.item);
  const { detail } = useDetail(details, id, marks);
  const saves = id !== undefined && (!detail || hasOriginal(detail));
  useTitle(entry ? `${entry.item.name}, ${dateName(entry.day)}` : "Photo");

  const closeInfo = () => {
    setInfo(false);
    infoButton.current?.focus();
  };

  /** Does something to the photo; where that takes it out of here, the next one is looked at. */
  const actOn = async (action: Pick<Action, "change"> & Partial<Action>) => {
    if (!item) return;
    const { change, name: what } = action;
    // What is deleted for good is asked about first.
    if (change ? leaves(gallery.place, change) : what !== "delete") {
      if (older) viewer.go(1);
      else if (newer) viewer.go(-1);
      else viewer.leave();
    }
    await act(gallery, { kind: "one", item }, action);
    details.forget(item.id);
    // What could not be asked is asked again by whoever shows it.
    await details.get(item.id).catch(() => undefined);
    renew();
  };
  const choices = item ? actionsFor(gallery, { kind: "one", item }) : [];

  const onKey = (event: KeyboardEvent) => {
    if (event.altKey || help || isAsked()) return;
    const run = event.ctrlKey || event.metaKey ? undoing[event.key] : (keys[event.key] ?? choiceOf(event.key));
    if (!run) return;
    event.preventDefault();
    run();
  };
  const undoing: Record<string, () => void> = { z: () => void undoLast() };
  const keys: Record<string, () => void> = {
    ArrowLeft: () => viewer.go(-1),
    ArrowRight: () => viewer.go(1),
    i: () => setInfo((open) => !open),
    z: () => viewer.zoom(),
    "+": () => viewer.zoom(1.5),
    "-": () => viewer.zoom(1 / 1.5),
    d: () => saves && follow(details.hrefOf(id)),
    "?": () => setHelp(true),
  };
  const choiceOf = (key: string): (() => void) | undefined => {
    const rating = item?.foreign === true ? undefined : ratingOf(gallery.place, key);
    const choice = rating ? { change: rating } : choices.find((each) => each.key === key);
    return choice && (() => void actOn(choice));
  };
  useEffect(
    () =>
      undone.subscribe(() => {
        if (id !== undefined) details.forget(id);
        setMarks((count) => count + 1);
      }),
    [details, id],
  );
  const latest = useRef(onKey);
  latest.current = onKey;

  useEffect(() => {
    const handle = (event: KeyboardEvent) => latest.current(event);
    document.addEventListener("keydown", handle);
    return () => document.removeEventListener("keydown", handle);
  }, [latest]);

  return (
    <>
      <div className="viewer-bar">
        <IconButton icon={mdiArrowLeft} label="Back to your photos" onClick={() => viewer.leave()} />
        <span className="viewer-space" />
        <IconButton icon={mdiKeyboardOutline} label="Keyboard shortcuts" className="viewer-keys" onClick={() => setHelp(true)} />
        {id && (
          <>
            <IconButton ref={infoButton} icon={mdiInformation} label="Info" aria-pressed={info} onClick={() => setInfo(!info)} />
            {item && actions?.(item)}
            {choices.map((choice) => (
              <IconButton
                key={choice.name}
                icon={choice.icon}
                label={choice.label}
                className={`viewer-act viewer-${choice.name}`}
                onClick={() => void actOn(choice)}
              />
            ))}
            {saves && (
              <a className="icon-button" href={details.hrefOf(id)} download aria-label="Download original" title="Download original">
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
      {info && entry && (
        <InfoPanel
          key={id}
          entry={entry}
          details={details}
          version={marks}
          onRate={isKept(gallery.place) ? (rating) => actOn({ change: { rating } }) : undefined}
          onClose={closeInfo}
        />
      )}
      {help && <KeysDialog onClose={() => setHelp(false)} />}
    </>
  );
}

/** Something is asked over the viewer. */
function isAsked(): boolean {
  return unlocking.get() !== undefined || question.get() !== undefined;
}

/** Whether there is a photo with this id that the timeline shows, sooner or later; other galleries have at once what is theirs. */
async function isShown({ place, photos }: Gallery, id: string): Promise<boolean> {
  try {
    const { kind, archived, locked, trashedAt } = await photos.detail(id);
    return place === "timeline" && kind !== "sidecar" && archived !== true && locked !== true && (trashedAt ?? null) === null;
  } catch (error) {
    if (error instanceof Problem && (error.status === 404 || error.code === "invalid")) return false;
    throw error;
  }
}
