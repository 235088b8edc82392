import { mdiClose, mdiCloudOffOutline } from "@mdi/js";
import { icon } from "../../lib/dom.ts";
import { counted } from "../../lib/format.ts";
import { reachable } from "../../lib/http.ts";
import { tabMemory } from "../../lib/memory.ts";
import { takeLeftover } from "../../upload/leftover.ts";
import { iconButton, tag } from "./dom.ts";
import "../../ui/bar.css";

const KNOCK_MS = 5_000;

/** Over the page as long as it is true: that nobody answers, and what was not sent before it was loaded anew. `look` asks whether all is well. */
export function createAway(host: HTMLElement, look: () => Promise<void>) {
  const bars = tag("div", "bars");
  bars.setAttribute("role", "status");
  host.append(bars);
  const away = tag(
    "div",
    "bar",
    icon(mdiCloudOffOutline),
    tag("span", "", "The photos cannot be reached. The page carries on once they are."),
  );
  const unsent = tag("div", "bar");
  const left = takeLeftover(tabMemory, Date.now());
  if (left > 0) {
    const text = `${counted(left, "file was", "files were")} not sent before this page was closed. Add ${left === 1 ? "it" : "them"} again.`;
    unsent.append(
      tag("span", "", text),
      iconButton(mdiClose, "Close this message", () => unsent.remove()),
    );
    bars.append(unsent);
  }

  const knock = (): void => {
    if (!document.hidden) void look();
  };
  let timer: ReturnType<typeof setInterval> | undefined;

  function tell(): void {
    clearInterval(timer);
    if (reachable.get()) return away.remove();
    bars.prepend(away);
    timer = setInterval(knock, KNOCK_MS);
  }

  const stop = new AbortController();
  for (const type of ["online", "offline"]) addEventListener(type, knock, { signal: stop.signal });
  const stopReachable = reachable.subscribe(tell);
  tell();
  return {
    /** Files are added again. */
    forget: () => unsent.remove(),
    close(): void {
      stop.abort();
      stopReachable();
      clearInterval(timer);
      bars.remove();
    },
  };
}
