import type { Chunk, Geometry } from "@tintype/core/geometry";
import type { Head } from "@tintype/core/timeline";
import type { Grid } from "../../grid/grid.ts";
import { AGES_AGO, blocksOf, type Item, type Source } from "../../grid/items.ts";
import { patchChunks } from "../../grid/library.ts";
import { Problem, reachable } from "../../lib/http.ts";
import { paceOf } from "../../lib/pace.ts";
import type { Gone, SyncHooks } from "../gallery/gallery.ts";
import type { Gaps } from "./gaps.ts";
import { blocksInView } from "./patch.ts";
import { loadChanges, loadGeometry } from "./source.ts";

/** Between two questions for changes: while something is being uploaded or came a moment ago, and otherwise. */
const BUSY_MS = 1_500;
const QUIET_MS = 30_000;
/** When to ask for a change that is about to come, until it has come: packing takes its turn once a second. */
const EXPECT_MS = [0, 150, 400, 900, 1_500, 2_500, 5_000, 10_000];

/** Keeps a grid up to date with the server: the whole geometry once, then patches. `onFail` is told when the first load fails. */
export function createSync(grid: Grid, source: Source, gaps: Gaps, { onLoad, onFail }: SyncHooks) {
  const closed = new AbortController();
  const { signal } = closed;
  let chunks: readonly Chunk[] = [];
  let head: Head | undefined;
  let busy = false;
  let timer = 0;
  let running: Promise<void> | undefined;
  let again = false;
  /** Without uploads; where nothing more comes it grows. */
  let pause = QUIET_MS;
  /** Questions in a row that failed. */
  let failures = 0;

  async function load(): Promise<void> {
    try {
      const geometry = await loadGeometry(signal);
      if (signal.aborted) return;
      chunks = geometry.chunks;
      head = { epoch: geometry.epoch, revision: geometry.revision };
      await grid.setLibrary(chunks, head.revision);
      failures = 0;
      // Photos that were there before their owner had an account are being read now.
      if (chunks.length === 0) pause = BUSY_MS;
      onLoad(head.revision);
    } catch (error) {
      failures++;
      if (!signal.aborted) onFail(error);
    } finally {
      plan();
    }
  }

  /** Asks for changes now; a question that is under way is followed by another. */
  function refresh(): Promise<void> {
    if (running) again = true;
    running ??= patch()
      // `reachable` tells a lost connection; the next question comes anyway.
      .catch(() => void failures++)
      .finally(() => {
        running = undefined;
        plan();
        if (again && !signal.aborted) void refresh();
        again = false;
      });
    return running;
  }

  async function patch(): Promise<void> {
    if (!head) return load();
    const changes = await changesSince(head);
    if (!changes) return startOver();
    failures = 0;
    const hasChanged = changes.revision !== head.revision;
    pause = hasChanged ? BUSY_MS : Math.min(QUIET_MS, pause * 2);
    if (signal.aborted || !hasChanged) return;
    const ranges = blocksInView(grid, changes, chunks);
    const askedAt = Date.now();
    const answers = ranges.length > 0 ? await source.items(ranges, signal) : [];
    if (answers.includes(null)) again = true;
    grid.items.put(
      ranges.filter((_, i) => answers[i]),
      answers.filter((answer) => answer !== null),
      askedAt,
    );
    chunks = patchChunks(chunks, changes);
    // The first change of an empty timeline begins its epoch.
    head = { epoch: changes.epoch, revision: changes.revision };
    await grid.setLibrary(chunks, head.revision);
    onLoad(head.revision);
  }

  /** Nothing that was loaded says anything about the timeline that the server has now, though its revisions may have the same numbers. */
  function startOver(): Promise<void> {
    grid.items.keepOnly([]);
    return load();
  }

  /** Takes photos away before the server has packed their months anew; gives how to put them back where it has not since. */
  function leave(gone: Gone): () => void {
    const parts = chunks.flatMap((from) => {
      const indexes = gone.get(from.month);
      if (!indexes) return [];
      const items = Array.from({ length: from.count }, (_, i) => grid.items.get(from, i));
      const to = gaps.without(from, indexes);
      keepItems(
        to,
        items.filter((_, i) => !indexes.has(i)),
      );
      return [{ from, to, items }];
    });
    show(parts.map(({ to }) => to));
    return () => {
      const here = parts.filter(({ from, to }) => (to.count > 0 ? chunks.includes(to) : chunks.every(({ month }) => month !== from.month)));
      for (const { from, items } of here) keepItems(from, items);
      show(here.map(({ from }) => from));
    };
  }

  /** What is known of a chunk's items is known, so that nothing blinks. */
  function keepItems({ month, revision, count }: Chunk, items: readonly (Item | undefined)[]): void {
    const ranges = blocksOf({ month, revision, assets: count }, 0, count);
    const known = ranges.map(({ from, to }) => items.slice(from, to).filter((item) => item !== undefined));
    const isWhole = (i: number): boolean => known[i]?.length === ranges[i]!.to - ranges[i]!.from;
    grid.items.put(
      ranges.filter((_, i) => isWhole(i)),
      known.filter((_, i) => isWhole(i)),
      AGES_AGO,
    );
  }

  function show(changed: Chunk[]): void {
    if (!head || changed.length === 0) return;
    chunks = patchChunks(chunks, { revision: head.revision, chunks: changed });
    void grid.setLibrary(chunks, head.revision);
    onLoad(head.revision);
  }

  /** Undefined when the server's timeline is another one. */
  async function changesSince(since: Head): Promise<(Geometry & Head) | undefined> {
    try {
      return await loadChanges(since, signal);
    } catch (error) {
      if (error instanceof Problem && error.code === "stale") return undefined;
      throw error;
    }
  }

  function plan(): void {
    clearTimeout(timer);
    if (signal.aborted || document.hidden) return;
    const usual = Math.min(QUIET_MS, (busy ? BUSY_MS : pause) * 2 ** failures);
    // Nothing comes, and nobody is there.
    const isQuiet = !busy && failures === 0 && pause === QUIET_MS;
    timer = setTimeout(() => void refresh(), isQuiet ? pace(usual) : usual);
  }

  const visible = () => void (document.hidden ? clearTimeout(timer) : refresh());
  const pace = paceOf(visible, signal);
  document.addEventListener("visibilitychange", visible);
  const stopReachable = reachable.subscribe(() => {
    if (reachable.get() && head) void refresh();
  });
  return {
    load,
    refresh,
    leave,
    revision: () => head?.revision,
    /** Asks often for a while: the months of what was just done are being packed. */
    expect(): void {
      const from = head?.revision;
      for (const ms of EXPECT_MS) setTimeout(() => void (!signal.aborted && head?.revision === from && refresh()), ms);
    },
    /** Asks often while uploads are on their way. */
    setBusy(value: boolean): void {
      if (value === busy) return;
      busy = value;
      plan();
    },
    close(): void {
      closed.abort();
      clearTimeout(timer);
      stopReachable();
      document.removeEventListener("visibilitychange", visible);
    },
  };
}
