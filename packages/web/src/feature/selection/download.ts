import { createChunk } from "../../lib/chunk.ts";
import { pickFile, removeEmpty } from "../../lib/follow.ts";
import { createStore } from "../../lib/store.ts";
import type { Gallery } from "../gallery/gallery.ts";
import type { Tell } from "./save.ts";

/** The size is told for selections up to this many photos; above it would cost too many requests to be worth it. */
const SIZED = 5_000;

export const saving = createChunk(() => import("./save.ts"));

/** The download under way: it goes on, and can be stopped, whatever is selected or looked at meanwhile. `wait`: what it waits for. */
export const running = createStore<{ progress: string; wait: string; stop: () => void } | undefined>(undefined);

/** Downloads what is selected in a grid: one file as a plain download, several as a zip that is put together in the browser. */
export function createDownload({ grid, photos }: Pick<Gallery, "grid" | "photos">) {
  type Runs = ReturnType<typeof grid.selection.runs>;
  const sizes = new Map<string, number>();

  /** Ids of what is selected, `grid.selection.runs()`, loaded where they are not known. */
  async function ids({ runs, ids: known }: Runs, signal: AbortSignal): Promise<string[]> {
    const found = [...known];
    for (const { month, from, to } of runs) for (const item of await grid.items.load(month, from, to, signal)) found.push(item.id);
    return found;
  }

  return {
    /** Bytes of everything selected; undefined when it is too much to count. */
    async size(signal: AbortSignal): Promise<number | undefined> {
      if (grid.selection.count() > SIZED) return undefined;
      const wanted = await ids(grid.selection.runs(), signal);
      const unknown = wanted.filter((id) => !sizes.has(id));
      if (unknown.length > 0) await (await saving.load()).ask(unknown, { photos, sizes, signal });
      return wanted.reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0);
    },
    /**
     * Downloads, and gives what there is to say of it. Throws RangeError, with words for a person, when the zip is too large for this browser, and
     * AbortError when the person closed the file picker or `signal` has ended it.
     */
    async run(tell: Tell, signal: AbortSignal): Promise<string | undefined> {
      // The picker needs the click that is happening now, so it comes before anything is asked of the server.
      const target = grid.selection.count() > 1 ? await pickFile("Photos.zip") : undefined;
      try {
        // Taken now: while it waits for somebody who is away something else may be selected.
        const chosen = grid.selection.runs();
        return await (await saving.load()).save(() => ids(chosen, signal), { photos, sizes, target, tell, signal });
      } finally {
        if (target) await removeEmpty(target);
      }
    },
  };
}
