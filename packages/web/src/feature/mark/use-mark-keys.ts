import { useEffect } from "react";
import type { Gallery } from "../gallery/gallery.ts";
import { type Action, actionsIn, ratingOf } from "./actions.ts";
import { deleteForGood } from "./bin.ts";
import { mark, type Marked, undoLast } from "./mark.ts";

/** The keys that do something to what is selected, or else to the photo that has the focus. */
export function useMarkKeys(gallery: Gallery): void {
  useEffect(() => {
    const handle = (event: KeyboardEvent): void => {
      if (!isForGrid(event)) return;
      if (event.key === "z" && !event.shiftKey) return answered(event, () => undoLast());
      if (event.ctrlKey || event.metaKey) return;
      const what = markedIn(gallery);
      if (what) markBy(event, gallery, what);
    };
    document.addEventListener("keydown", handle);
    return () => document.removeEventListener("keydown", handle);
  }, [gallery]);
}

/** What the key does to these photos, if it does something. */
function markBy(event: KeyboardEvent, gallery: Gallery, what: Marked): void {
  const rating = gallery.place === "bin" ? undefined : ratingOf(event.key);
  if (rating) return answered(event, () => mark(gallery, what, rating));
  const action = actionsFor(gallery, what).find(({ key }) => key === event.key);
  if (!action) return;
  answered(event, () => act(gallery, what, action));
}

/** Does it to these photos. */
export async function act(gallery: Gallery, what: Marked, { change }: Pick<Action, "change">): Promise<void> {
  if (change) await mark(gallery, what, change);
  else deleteForGood(gallery, what);
}

/** What can be done to these photos here. */
export function actionsFor({ place, grid }: Gallery, what: Marked) {
  if (what.kind === "one") return actionsIn(place, [what.item], true);
  const items = grid.selectedItems();
  return actionsIn(place, items, items.length === grid.selection.count());
}

function markedIn({ grid }: Gallery): Marked | undefined {
  if (grid.selection.count() > 0) return { kind: "selection" };
  const item = document.activeElement?.closest(".tile") ? grid.active() : undefined;
  return item && { kind: "one", item };
}

/** Not where something is written, and not while something lies over the grid. */
function isForGrid(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.altKey || document.querySelector("dialog[open]")) return false;
  return !(event.target instanceof Element && event.target.closest("input, textarea, select, [role=slider], [role=menu]"));
}

function answered(event: KeyboardEvent, run: () => Promise<void>): void {
  event.preventDefault();
  void run();
}
