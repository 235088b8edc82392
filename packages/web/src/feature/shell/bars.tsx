import { mdiAlertCircleOutline, mdiClose, mdiCloudOffOutline, mdiDatabaseOffOutline, mdiHarddisk } from "@mdi/js";
import { type ReactNode, useEffect, useState } from "react";
import { Link, useRoute } from "wouter";
import { api } from "../../lib/api.ts";
import { counted } from "../../lib/format.ts";
import { reachable } from "../../lib/http.ts";
import { outages } from "../../lib/outage.ts";
import { DOCTOR } from "../../lib/places.ts";
import { useStore } from "../../lib/store.ts";
import { IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { unsent, upload } from "../upload/upload.ts";
import { attention, useWatch } from "./watch.ts";
import "../../ui/bar.css";

const KNOCK_MS = 5_000;

/** What stays true until it changes, over the page: what is away or full, what needs the owner, what the page before had not sent. */
export function Bars({ isOwner }: { isOwner: boolean }) {
  const here = useStore(reachable);
  const left = useStore(unsent);
  useKnocking(here);
  useWatch(isOwner);
  return (
    <div ref={measure} className="bars" role="status">
      {here ? (
        <Outages isOwner={isOwner} />
      ) : (
        <Bar icon={mdiCloudOffOutline}>Tintype cannot be reached. The page carries on once it is back.</Bar>
      )}
      {isOwner && here && <Attention />}
      {left > 0 && (
        <Bar onClose={() => unsent.set(0)}>
          {counted(left, "file was", "files were")} not sent before this page was closed. Add {left === 1 ? "it" : "them"} again: what is
          already safe is not sent twice.
        </Bar>
      )}
    </div>
  );
}

/** Tells the styles how high they are: a page that cannot be scrolled away below them begins under them. */
function measure(bars: HTMLElement | null): (() => void) | undefined {
  if (!bars) return undefined;
  const seen = new ResizeObserver(() => document.documentElement.style.setProperty("--bars", `${bars.offsetHeight}px`));
  seen.observe(bars);
  return () => seen.disconnect();
}

/** While the server itself answers: what it needs and does not get. */
function Outages({ isOwner }: { isOwner: boolean }) {
  const [atDoctor] = useRoute(DOCTOR);
  const away = useStore(outages);
  const isFull = useStore(upload)?.hold === "full" || away.has("full");
  return (
    <>
      {away.has("database") && (
        <Bar icon={mdiDatabaseOffOutline}>The database cannot be reached. Everything carries on once it is back.</Bar>
      )}
      {away.has("storage") && (
        <Bar icon={mdiCloudOffOutline}>
          The storage cannot be reached. Everything carries on once it is back.{" "}
          {isOwner && !atDoctor && (
            <Link className="bar-link" href={DOCTOR}>
              Find out why
            </Link>
          )}
        </Bar>
      )}
      {isFull && <Bar icon={mdiHarddisk}>The storage is full. Everything carries on once there is room.</Bar>}
    </>
  );
}

function Attention() {
  const { files, others, refused } = useStore(attention);
  const [atJobs] = useRoute("/settings/jobs");
  // What was put away comes back when there is more of it.
  const [seen, setSeen] = useState(0);
  const count = files + others + refused;
  if (count <= seen || atJobs) return null;
  return (
    <Bar icon={mdiAlertCircleOutline} onClose={() => setSeen(count)}>
      {attentionText({ files, others, refused })}{" "}
      <Link className="bar-link" href="/settings/jobs">
        See why
      </Link>
    </Bar>
  );
}

/** The first of what waits; the page behind the link has all of it. */
function attentionText({ files, others, refused }: { files: number; others: number; refused: number }): string {
  if (files > 0) return `${counted(files, "file")} could not be read.`;
  if (others > 0) return `${counted(others, "job")} failed.`;
  return `${counted(refused, "file")} in the inbox cannot be taken in.`;
}

function Bar({ icon, onClose, children }: { icon?: string; onClose?: () => void; children: ReactNode }) {
  return (
    <div className="bar">
      {icon !== undefined && <Icon path={icon} />}
      <span>{children}</span>
      {onClose && <IconButton icon={mdiClose} label="Close this message" onClick={onClose} />}
    </div>
  );
}

/** Asks whether the server is there: when the network comes or goes, when the page is looked at again, and until it is back. */
function useKnocking(here: boolean): void {
  useEffect(() => {
    // Its answer is in `reachable`.
    const knock = () => void (document.hidden || api.knock().catch(() => undefined));
    const stop = new AbortController();
    for (const type of ["online", "offline"]) addEventListener(type, knock, { signal: stop.signal });
    document.addEventListener("visibilitychange", knock, { signal: stop.signal });
    const timer = here ? undefined : setInterval(knock, KNOCK_MS);
    return () => {
      stop.abort();
      clearInterval(timer);
    };
  }, [here]);
}
