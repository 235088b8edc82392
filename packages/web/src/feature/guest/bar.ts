import { mdiBookmarkPlusOutline, mdiClose, mdiTrayArrowDown } from "@mdi/js";
import { formatCount } from "../../lib/format.ts";
import { button, iconButton, tag } from "./dom.ts";
import "../selection/selection.css";

export type BarActions = { download: (() => void) | undefined; keep: (() => void) | undefined; clear: () => void };

/** What may be done with what is selected: over the top of the page as long as something is. */
export function createBar(host: HTMLElement, { download, keep, clear }: BarActions) {
  const count = tag("span", "selection-count");
  const bar = tag(
    "div",
    "selection",
    iconButton(mdiClose, "Clear the selection", clear),
    count,
    tag("span", "selection-space"),
    keep && button("button-text", mdiBookmarkPlusOutline, "Save to my library", keep),
    download && button("button-text", mdiTrayArrowDown, "Download", download),
  );
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Selection");
  const live = tag("p", "hidden");
  live.setAttribute("role", "status");
  host.append(live);
  return {
    tell(selected: number): void {
      count.textContent = `${formatCount(selected)} selected`;
      live.textContent = selected > 0 ? count.textContent : "";
      if (selected > 0 && !bar.isConnected) host.prepend(bar);
      if (selected === 0) bar.remove();
    },
    close(): void {
      bar.remove();
      live.remove();
    },
  };
}
