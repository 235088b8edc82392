import type { Chunk } from "@tintype/core/geometry";
import type { Grid } from "../../grid/grid.ts";
import { blocksOf, type Item } from "../../grid/items.ts";
import { Problem, reachable } from "../../lib/http.ts";
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
  let timer = 0;

  async function take(): Promise<void> {
    const next = await source.load(signal);
    if (signal.aborted || (!next && chunks)) return;
    if (next) keepItems(next);
    chunks = next ?? [];
    await grid.setLibrary(chunks, ++revision);
    onLoad(revision);
  }

  /** The items of changed chunks whose ids are known are known: nothing blinks where a photo has gone or come. */
  function keepItems(next: readonly Chunk[]): void {
    const known = new Map<string, Item>();
    for (const { items } of grid.items.blocks()) for (const item of items) known.set(item.id, item);
    for (const chunk of next) {
      const { month, revision: at, count } = chunk;
      if (chunks?.some((before) => before.month === month && before.revision === at)) continue;
      const ranges = blocksOf({ month, revision: at, assets: count }, 0, count);
      const items = ranges.map(
        (range) =>
          source
            .ids()
            ?.of(range)
            ?.flatMap((id) => known.get(id) ?? []) ?? [],
      );
      const whole = ranges.map((range, i) => items[i]!.length === range.to - range.from);
      grid.items.put(
        ranges.filter((_, i) => whole[i]),
        items.filter((_, i) => whole[i]),
      );
    }
  }

  function refresh(): Promise<void> {
    if (running) again = true;
    running ??= take()
      .catch((error: unknown) => {
        // `reachable` tells a lost connection; the next question comes anyway.
        const isLocked = error instanceof Problem && error.code === "locked";
        if (signal.aborted || (chunks && !isLocked)) return;
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

  /** The time is over for which it was open. */
  function hide(): void {
    chunks = undefined;
    source.forget();
    grid.items.keepOnly([]);
    void grid.setLibrary([], ++revision);
  }

  function plan(): void {
    clearTimeout(timer);
    if (!signal.aborted && !document.hidden) timer = setTimeout(() => void refresh(), QUIET_MS);
  }

  const visible = () => void (document.hidden ? clearTimeout(timer) : refresh());
  document.addEventListener("visibilitychange", visible);
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
    },
  };
}
