import { mdiAlertCircle, mdiCheckCircle, mdiChevronDown, mdiChevronUp, mdiClose, mdiPause, mdiPlay } from "@mdi/js";
import { useEffect, useState } from "react";
import { Link, useRoute } from "wouter";
import { counted } from "../../lib/format.ts";
import { DOCTOR } from "../../lib/places.ts";
import { createChunk } from "../../lib/chunk.ts";
import { useStore } from "../../lib/store.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";
import { announce, SILENCE, type Telling } from "../../upload/announce.ts";
import { headline, sharedReason, subline } from "../../upload/summary.ts";
import type { View } from "../../upload/view.ts";
import { UploadRow } from "./row.tsx";
import { control, dismiss, offered, upload } from "./upload.ts";
import { Lazy } from "../../ui/lazy.tsx";
import "./tray.css";

const folderOffer = createChunk(async () => (await import("./folder-offer.tsx")).FolderOffer);

/** The upload at a glance: how far, how fast, what went wrong. Absent when nothing is or was being uploaded. */
export function Tray({ isOwner }: { isOwner: boolean }) {
  const view = useStore(upload);
  return view && <Open view={view} isOwner={isOwner} />;
}

function Open({ view, isOwner }: { view: View; isOwner: boolean }) {
  const [folded, setFolded] = useState(() => matchMedia("(max-width: 699px)").matches);
  const [stopping, setStopping] = useState(false);
  const offer = useStore(offered);
  const title = headline(view);
  const note = subline(view);
  const isTold = sharedReason(view) !== undefined;
  const good = !view.running && view.failed + view.unreadable + view.unread.length === 0;
  const close = () => (view.running ? setStopping(true) : dismiss());
  return (
    <section className="tray" aria-label="Upload" data-folded={folded} data-good={good}>
      <header className="tray-head">
        {!view.running && <Icon path={good ? mdiCheckCircle : mdiAlertCircle} />}
        <h2>{title}</h2>
        {view.waiting && (
          <Button kind="text" onClick={() => void control((each) => each.tryNow())}>
            Try now
          </Button>
        )}
        <PauseButton view={view} />
        {view.rows.length > 0 && (
          <IconButton
            icon={folded ? mdiChevronUp : mdiChevronDown}
            label={folded ? "Show the files" : "Hide the files"}
            aria-expanded={!folded}
            onClick={() => setFolded(!folded)}
          />
        )}
        {(view.unsent > 0 || !view.running) && (
          <IconButton icon={mdiClose} label={view.running ? "Stop the upload" : "Close"} onClick={close} />
        )}
      </header>
      {view.running && <progress className="tray-bar" max={1} value={view.progress} aria-label="Uploaded" />}
      {note !== "" && <p className="tray-sub">{note}</p>}
      <Actions view={view} isOwner={isOwner} />
      {offer && <Lazy chunk={folderOffer} with={{ offer }} onClose={() => offered.set(undefined)} />}
      {!folded && view.rows.length > 0 && (
        <ul className="tray-rows">
          {view.rows.map((row) => (
            <UploadRow key={row.key} row={row} now={view.now} halted={view.outage !== undefined} isTold={isTold} />
          ))}
          {view.more > 0 && <li className="tray-more">and {counted(view.more, "more file")}</li>}
        </ul>
      )}
      <Announcement
        text={view.running ? title : `${title}. ${note}`}
        now={view.now}
        progress={view.progress}
        state={view.running ? (view.hold ?? "running") : "over"}
      />
      {stopping && view.unsent > 0 && <StopDialog view={view} onClose={() => setStopping(false)} />}
    </section>
  );
}

function PauseButton({ view: { unsent, hold } }: { view: View }) {
  if (unsent === 0 || (hold !== undefined && hold !== "paused")) return null;
  return hold === "paused" ? (
    <IconButton icon={mdiPlay} label="Resume" onClick={() => void control((each) => each.release("paused"))} />
  ) : (
    <IconButton icon={mdiPause} label="Pause" onClick={() => void control((each) => each.hold("paused"))} />
  );
}

function Actions({ view: { running, hold, retryable, atStorage }, isOwner }: { view: View; isOwner: boolean }) {
  const [atDoctor] = useRoute(DOCTOR);
  const isFull = running && hold === "full";
  const canRetry = retryable > 0 && !running;
  const isAsking = atStorage && isOwner && !atDoctor;
  if (!isFull && !canRetry && !isAsking) return null;
  return (
    <div className="tray-actions">
      {isFull && (
        <Button kind="text" onClick={() => void control((each) => each.release("full"))}>
          Continue
        </Button>
      )}
      {canRetry && (
        <Button kind="text" onClick={() => void control((each) => each.retry())}>
          {retryable === 1 ? "Try again" : "Try all again"}
        </Button>
      )}
      {isAsking && (
        <Link className="button button-text" href={DOCTOR}>
          Find out why
        </Link>
      )}
    </div>
  );
}

function StopDialog({ view, onClose }: { view: View; onClose: () => void }) {
  const stop = () => {
    void control((each) => {
      each.cancel();
      each.release("paused", "full");
    });
    onClose();
  };
  return (
    <Dialog title="Stop the upload?" onClose={onClose}>
      <p>
        {counted(view.unsent, "file")} will not be uploaded. {view.safe + view.checking > 0 && "What has been sent stays in your library."}
      </p>
      <DialogActions leave="Keep uploading" onClose={onClose}>
        <Button onClick={stop}>Stop</Button>
      </DialogActions>
    </Dialog>
  );
}

/** Tells a screen reader how far it is, at sensible steps; what needs attention at once. */
function Announcement(telling: Telling) {
  // Empty at first: a screen reader tells changes of a region, not what it comes with.
  const [said, setSaid] = useState(SILENCE);
  const next = announce(said, telling);
  useEffect(() => {
    if (next === said) return;
    const timer = setTimeout(() => setSaid(next));
    return () => clearTimeout(timer);
  }, [next, said]);
  return (
    <p className="hidden" role="status">
      {said.text}
    </p>
  );
}
