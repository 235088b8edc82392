import { mdiClose, mdiCloudOffOutline } from "@mdi/js";
import { useEffect } from "react";
import { api } from "../../lib/api.ts";
import { counted } from "../../lib/format.ts";
import { reachable } from "../../lib/http.ts";
import { useStore } from "../../lib/store.ts";
import { IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { unsent } from "../upload/upload.ts";
import "../../ui/bar.css";

const KNOCK_MS = 5_000;

/** What stays true until it changes, over the page: the server is gone; files were left behind when the page was closed. */
export function Bars() {
  const here = useStore(reachable);
  const left = useStore(unsent);
  useKnocking(here);
  return (
    <div className="bars" role="status">
      {!here && (
        <div className="bar">
          <Icon path={mdiCloudOffOutline} />
          <span>Tintype cannot be reached. The page carries on once it is back.</span>
        </div>
      )}
      {left > 0 && (
        <div className="bar">
          <span>
            {counted(left, "file was", "files were")} not sent before this page was closed. Add {left === 1 ? "it" : "them"} again: what is
            already safe is not sent twice.
          </span>
          <IconButton icon={mdiClose} label="Close this message" onClick={() => unsent.set(0)} />
        </div>
      )}
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
