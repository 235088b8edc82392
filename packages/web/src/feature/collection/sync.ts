import type { Chunk } from "@tintype/core/geometry";
import type { Grid } from "../../grid/grid.ts";
import { AGES_AGO, blocksOf, type Item } from "../../grid/items.ts";
import { Problem, reachable } from "../../lib/http.ts";
import { MAX_ITEMS } from "../../lib/limit.ts";
import { paceOf } from "../../lib/pace.ts";
import type { Sync, SyncHooks } from "../gallery/gallery.ts";
import type { CollectionSource } from "./source.ts";

const QUIET_MS = 30_000;

/** Keeps a grid as the collection is on the server: the browser's cache tells cheaply when nothing has changed. */
export function createCollectionSync(grid: Grid, source: CollectionSource, { onLoad, onFail }: SyncHooks): Sync {
  const closed = new AbortController();
  const { signal } = closed;
  let chunks: readonly Chunk[] | undefined;
  let revision = 0;
  let running: Promise<void> | undefined;
  let again = false;
  /** It was deleted, or is not shared any more: nothing more is asked. */
  let isGone = false;
  let timer = 0;

  async function take(): Promise<void> {
    const next = await source.load(signal);
    if (signal.aborted || (!next && chunks)) return;
    if (next) await keepItems(next);
    if (signal.aborted) return;
    chunks = next ?? [];
    await grid.setLibrary(chunks, ++revision);
    onLoad(revision);
  }

  /** The items of changed chunks whose ids are known are known, and what came among them is asked for first: nothing blinks. */
  async function keepItems(next: readonly Chunk[]): Promise<void> {
    const known = new Map<string, Item>();
    for (const { items } of grid.items.blocks()) for (const item of items) known.set(item.id, item);
    if (known.size === 0) return;
    const changed = next.filter(({ month, revision: at }) => !chunks?.some((before) => before.month === month && before.revision === at));
    const blocks = changed.flatMap(({ month, revision: at, count }) => blocksOf({ month, revision: at, assets: count }, 0, count));
    const listed = blocks.map((range) => ({ range, ids: source.ids()?.of(range) ?? [] }));
    const came = listed.filter(({ ids }) => ids.some((id) => known.has(id))).flatMap(({ ids }) => ids.filter((id) => !known.has(id)));
    if (came.length > 0) {
      // What does not come now is asked for by the grid.
      const items = await source.byIds(came.slice(0, MAX_ITEMS), signal).catch(() => []);
      for (const item of items) known.set(item.id, item);
    }
    const whole = listed.filter(({ ids }) => ids.length > 0 && ids.every((id) => known.has(id)));
    grid.items.put(
      whole.map(({ range }) => range),
      whole.map(({ ids }) => ids.flatMap((id) => known.get(id) ?? [])),
      AGES_AGO,
    );
  }

  function refresh(): Promise<void> {
    if (running) again = true;
    running ??= take()
      .catch((error: unknown) => {
        // `reachable` tells a lost connection; the next question comes anyway.
        const isShut = error instanceof Problem && (error.code === "locked" || error.status === 404);
        isGone = error instanceof Problem && error.status === 404;
        if (signal.aborted || (chunks && !isShut)) return;
        if (chunks) hide();
        onFail(error);
      })
      .finally(() => {
        running = undefined;
        plan();
        if (again && !signal.aborted) void refresh();
        again = false;
      });
    return running;
  }

  /** The time is over for which it was open, or it is gone. */
  function hide(): void {
    chunks = undefined;
    source.forget();
    grid.items.keepOnly([]);
    void grid.setLibrary([], ++revision);
  }

  function plan(): void {
    clearTimeout(timer);
    if (!signal.aborted && !isGone && !document.hidden) timer = setTimeout(() => void refresh(), pace(QUIET_MS));
  }

  const visible = () => void (document.hidden || isGone ? clearTimeout(timer) : refresh());
  const pace = paceOf(visible, signal);
  document.addEventListener("visibilitychange", visible);
  addEventListener("focus", visible);
  const stopReachable = reachable.subscribe(() => {
    if (reachable.get() && chunks) void refresh();
  });
  return {
    load: refresh,
    refresh,
    // What was done shows at once: a collection is read from the photos themselves.
    expect: () => void refresh(),
    close(): void {
      closed.abort();
      clearTimeout(timer);
      stopReachable();
      document.removeEventListener("visibilitychange", visible);
      removeEventListener("focus", visible);
    },
  };
}
