import { api, type RefusedFile } from "../../lib/api.ts";
import { messageOf } from "../../lib/http.ts";
import { createStore } from "../../lib/store.ts";
import { toast } from "../../ui/toast.tsx";

const LOOK_MS = 5_000;

/** `more` tells that there are others behind these; `now` is when this was true. */
type View = { files: readonly RefusedFile[]; more: boolean; now: number };

/** The files in the inbox that are not taken in, looked at again and again between `start` and the end that it answers. */
export function createRefused() {
  const view = createStore<View | undefined>(undefined);
  let { signal } = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** So many are shown, so many are read anew. */
  let shown = 1;

  const read = async (): Promise<void> => {
    const mine = signal;
    const files: RefusedFile[] = [];
    let next: string | null = null;
    do {
      const page = await api.refusedFiles(next ?? undefined, mine);
      files.push(...page.files);
      ({ next } = page);
    } while (next !== null && files.length < shown);
    if (!mine.aborted) view.set({ files, more: next !== null, now: Date.now() });
  };

  const look = async (): Promise<void> => {
    clearTimeout(timer);
    const mine = signal;
    // What is away is told at the top of the page.
    if (!document.hidden) await read().catch(() => undefined);
    if (mine.aborted) return;
    clearTimeout(timer);
    timer = setTimeout(() => void look(), LOOK_MS);
  };

  return {
    view,
    showMore: async (): Promise<void> => {
      shown = (view.get()?.files.length ?? 0) + 1;
      await read().catch((error: unknown) => toast(messageOf(error)));
    },
    start: (): (() => void) => {
      const stop = new AbortController();
      ({ signal } = stop);
      document.addEventListener("visibilitychange", () => void look(), { signal });
      void look();
      return () => {
        stop.abort();
        clearTimeout(timer);
      };
    },
  };
}
