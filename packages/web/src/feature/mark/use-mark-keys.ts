import { useEffect } from "react";
import { createChunk } from "../../lib/chunk.ts";
import type { Gallery } from "../gallery/gallery.ts";
import { type Action, actionsIn, ratingOf } from "./actions.ts";
import { deleteForGood } from "./bin.ts";
import { mark, type Marked } from "./mark.ts";
import { undoLast } from "./undo.ts";

const decision = createChunk(async () => (await import("./decide.ts")).decide);

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
  if (!isOwn(gallery, what)) return;
  const rating = ratingOf(gallery.place, event.key);
  if (rating) return answered(event, () => mark(gallery, what, rating));
  const action = actionsFor(gallery, what).find(({ key }) => key === event.key);
  if (!action) return;
  answered(event, () => act(gallery, what, action));
}

/** Does it to these photos. */
export async function act(gallery: Gallery, what: Marked, { name, change }: Pick<Action, "change"> & Partial<Action>): Promise<void> {
  if (change) await mark(gallery, what, change);
  else if (name === "delete") deleteForGood(gallery, what);
  else await (await decision.load())(gallery, what, name === "accept");
}

/** What can be done to these photos here. */
export function actionsFor(gallery: Gallery, what: Marked) {
  const { place, grid } = gallery;
  if (!isOwn(gallery, what)) return [];
  if (what.kind === "one") return actionsIn(place, [what.item], true);
  const items = grid.selectedItems();
  const own = items.filter(({ foreign }) => !foreign);
  return actionsIn(place, own, items.length === grid.selection.count());
}

/** Whether some of these photos are one's own, or may be: of those that are not loaded it is not known. */
export function isOwn({ grid }: Gallery, what: Marked): boolean {
  if (what.kind === "one") return !what.item.foreign;
  const items = grid.selectedItems();
  return items.length < grid.selection.count() || items.some(({ foreign }) => !foreign);
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
