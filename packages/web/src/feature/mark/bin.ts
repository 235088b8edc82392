import { api } from "../../lib/api.ts";
import { counted } from "../../lib/format.ts";
import { messageOf } from "../../lib/http.ts";
import { createStore } from "../../lib/store.ts";
import { toast } from "../../ui/toast.tsx";
import { refreshLibrary } from "../account/session.ts";
import type { Gallery } from "../gallery/gallery.ts";
import { type Marked, partsOf, withLock } from "./mark.ts";

/** A question before something that cannot be undone. */
export type Question = { title: string; text: string; label: string; yes: () => Promise<void>; close: () => void };
export const question = createStore<Question | undefined>(undefined);

const close = (): void => question.set(undefined);

/** Deletes photos of the bin for good, once that is confirmed. */
export function deleteForGood(gallery: Gallery, what: Marked): void {
  const count = what.kind === "one" ? 1 : gallery.grid.selection.count();
  const selected = what.kind === "one" ? { ids: [what.item.id], ranges: [] } : gallery.selected();
  ask(
    `Delete ${counted(count, "item")} for good?`,
    "Delete for good",
    async () => {
      let deleted = 0;
      for (const { ids } of partsOf(selected)) deleted += await withLock(() => api.deleteForGood(ids));
      if (what.kind === "selection") gallery.grid.selection.clear();
      return deleted;
    },
    gallery,
  );
}

/** Empties the bin, once that is confirmed. */
export function emptyBin(gallery: Gallery): void {
  ask("Empty the bin?", "Empty the bin", () => withLock(() => api.emptyBin()), gallery);
}

function ask(title: string, label: string, run: () => Promise<number>, gallery: Gallery): void {
  const yes = async (): Promise<void> => {
    try {
      const deleted = await run();
      toast(`${counted(deleted, "item")} deleted for good`);
      gallery.sync.expect();
      refreshLibrary();
    } catch (error) {
      toast(messageOf(error));
    }
    close();
  };
  question.set({ title, label, yes, close, text: "The originals are removed from your storage. This cannot be undone." });
}
