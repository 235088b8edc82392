import type { Item } from "../../grid/items.ts";
import { sourceOf } from "../../grid/library.ts";
import { api, type Change, type Selected } from "../../lib/api.ts";
import { messageOf, Problem } from "../../lib/http.ts";
import { toast } from "../../ui/toast.tsx";
import type { Gallery, Gone, PlaceKind } from "../gallery/gallery.ts";
import { offerUndo } from "./undo.ts";
import { askUnlock } from "./unlock.ts";
import { doneText } from "./words.ts";

/** Ids per request. */
const BATCH = 10_000;

/** What is to be marked: everything that is selected, however much of it is loaded, or one photo. */
export type Marked = { kind: "selection" } | { kind: "one"; item: Item };

/** Marks photos, shows it at once where they stay, and offers to undo it. Whatever goes wrong is told; nothing is then left changed on the screen. */
export async function mark(gallery: Gallery, what: Marked, change: Change): Promise<void> {
  const token = newToken();
  const others = what.kind === "one" ? [] : gallery.grid.selectedItems().filter(({ foreign }) => foreign);
  let changed = 0;
  const restore = showFavourite(gallery, what, change);
  try {
    changed = await withLock(() => send(gallery, what, change, token));
  } catch (error) {
    restore();
    toast(messageOf(error));
    return;
  }
  const gone = leaves(gallery.place, change) ? placesOf(gallery, what) : undefined;
  if (what.kind === "selection") gallery.grid.selection.clear();
  const putBack = gone && gallery.sync.leave?.(gone);
  gallery.sync.expect();
  offerUndo(doneText(change, changed, others), async () => {
    const back = await withLock(() => api.undo(token));
    toast(back > 0 ? "Undone" : "Nothing to undo");
    restore();
    putBack?.();
    gallery.sync.expect();
  });
}

/** Where they lie in the chunks of their months. */
function placesOf({ grid }: Gallery, what: Marked): Gone {
  const gone = new Map<number, Set<number>>();
  const add = (month: number, index: number) => gone.set(month, (gone.get(month) ?? new Set()).add(index));
  const { runs, ids } = what.kind === "one" ? { runs: [], ids: [what.item.id] } : grid.selection.runs();
  for (const { month, from, to } of runs) for (let index = from; index < to; index++) add(month.month, index);
  const library = grid.layout()?.library;
  for (const id of ids) {
    const slot = grid.find(id);
    if (slot === undefined || !library) continue;
    const { month, index } = sourceOf(library, slot);
    add(month.month, index);
  }
  return gone;
}

/** A month may have changed since it was selected in: then it is known anew, and tried once more. */
async function send(gallery: Gallery, what: Marked, change: Change, token: string): Promise<number> {
  const selected = (): Selected => (what.kind === "one" ? { ids: [what.item.id], ranges: [] } : gallery.selected());
  try {
    return await sendAll(selected(), change, token);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "stale") throw error;
    await gallery.sync.refresh();
    return sendAll(selected(), change, token);
  }
}

async function sendAll(selected: Selected, change: Change, token: string): Promise<number> {
  let changed = 0;
  for (const part of partsOf(selected)) changed += await api.mark(part, change, token);
  return changed;
}

/** A selection in requests of a size that the server takes. */
export function partsOf({ ids, ranges }: Selected): Selected[] {
  const parts: Selected[] = [];
  for (let i = 0; i < Math.max(ids.length, ranges.length); i += BATCH) {
    parts.push({ ids: ids.slice(i, i + BATCH), ranges: ranges.slice(i, i + BATCH) });
  }
  return parts;
}

/** Runs it; where that needs a person to show again who they are, asks them and runs it again. */
export async function withLock<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "locked" || !(await askUnlock())) throw error;
    return run();
  }
}

/** Hearts show and go at once; gives how to take that back. */
function showFavourite({ grid }: Gallery, what: Marked, change: Change): () => void {
  if (!("favourite" in change)) return () => undefined;
  const items = what.kind === "one" ? [what.item] : grid.selectedItems();
  const ids = new Set(items.filter(({ favourite, foreign }) => !foreign && favourite !== change.favourite).map(({ id }) => id));
  const show = (favourite: boolean) => grid.update((item) => (ids.has(item.id) ? { ...item, favourite } : item));
  show(change.favourite);
  return () => show(!change.favourite);
}

/** Whether a change takes photos out of the place in which they are seen. */
export function leaves(place: PlaceKind, change: Change): boolean {
  if ("trashed" in change) return change.trashed || place === "bin";
  if ("locked" in change) return change.locked !== (place === "locked");
  if ("archived" in change) return (place === "timeline" && change.archived) || (place === "archive" && !change.archived);
  return "favourite" in change && place === "favourites" && !change.favourite;
}

/** A new UUID: `crypto.randomUUID` is not there on a page without https. */
export function newToken(): string {
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})/u, "$1-$2-4$3-a$4-");
}
