import { api } from "../lib/api.ts";
import { isLocalHost } from "../lib/host.ts";
import { memory, type Memory } from "../lib/memory.ts";
import { ways } from "../lib/way.ts";
import { createEngine, type Engine } from "./engine.ts";
import { createGuard } from "./guard.ts";
import { createLeftover } from "./leftover.ts";
import { browserPorts } from "./ports.ts";
import { createRate } from "./rate.ts";
import { type Hold, isLively, type Ports, unsent } from "./run.ts";
import { planAgain } from "./stage-plan.ts";
import type { Into, Task } from "./task.ts";
import { createTiles, type PendingTile } from "./tiles.ts";
import { listed, type Walked, walk } from "./walk.ts";
import { type View, viewOf } from "./view.ts";

/** The interface is told four times a second, however many files move. */
const TICK_MS = 250;
/** Of the files that are left out, so many are remembered by name. */
const SKIPPED_NAMES = 4;

export type Listener = (view: View, tiles: readonly PendingTile[]) => void;

/** The uploader as the page uses it. Everything behind it is loaded when the first file is chosen. */
export type Uploader = {
  addEntries: (entries: readonly FileSystemEntry[], into?: Into) => Promise<void>;
  addList: (files: FileList, into?: Into) => Promise<void>;
  /** An album was chosen for files that were added before: those on their way go into it too. */
  follow: (into: Into) => Promise<void>;
  hold: (reason: Hold) => void;
  release: (...reasons: Hold[]) => void;
  /** Ends the pause before the next try. */
  tryNow: () => void;
  /** One file by its key, or all that failed. */
  retry: (key?: string) => void;
  /** One file by its key, or all that are not in the store yet. */
  cancel: (key?: string) => void;
  /** Forgets what is finished, so that the tray can close. */
  clear: () => void;
  /** Lets the page be left at once: without a question, and without a word to the next one of what was not sent. */
  abandon: () => void;
};

/** Where files go, and where it is kept how many were not sent; without them into one's own library. */
export type Way = { api: Ports["api"]; memory: Memory };

export function startUploader(listener: Listener, way: Way = { api, memory }): Uploader {
  const ports = browserPorts(way.api);
  const engine = createEngine(ports);
  const { run } = engine;
  const tiles = createTiles(run);
  const guard = createGuard();
  const leftover = createLeftover(way.memory, ports.now);
  const progress = createRate(20_000);
  const skipped = { count: 0, names: new Set<string>() };
  let unreadable = 0;
  const unread = new Set<string>();
  let since: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const tick = (): void => {
    timer = undefined;
    const now = ports.now();
    const running = run.queue.unsafe() > 0;
    run.wire.rate.sample(run.wire.bytes, now);
    progress.sample(run.queue.sentBytes(), now);
    const left = unsent(run);
    guard.set(left > 0);
    leftover.set(left);
    since = running ? (since ?? now) : undefined;
    if (!running) ports.rest();
    const pace = { progressPerSecond: progress.perSecond(now), elapsed: now - (since ?? now) };
    const passed = { skipped: { count: skipped.count, names: [...skipped.names] }, unreadable, unread: [...unread] };
    listener(viewOf(run, { ...passed, ...pace, previewOf: tiles.previewOf }), tiles.list());
    if (isLively(run)) wake();
  };
  const wake = (): void => {
    timer ??= setTimeout(tick, TICK_MS);
  };
  const take = (walked: Walked, into?: Into): void => {
    skipped.count += walked.skipped.length;
    for (const name of walked.skipped) if (skipped.names.size < SKIPPED_NAMES) skipped.names.add(name);
    unreadable += walked.unreadable;
    for (const path of walked.unread) unread.add(path);
    engine.add(into ? walked.found.map((found) => ({ ...found, into })) : walked.found);
    wake();
  };

  watchNetwork(engine, wake);
  ways.subscribe(() => {
    engine.replan();
    wake();
  });
  addEventListener("pagehide", leftover.leave);
  return {
    async addEntries(entries, into) {
      for await (const page of walk(entries)) take(page, into);
    },
    follow: (into) => planAgain(run, into),
    async addList(files, into) {
      for (const page of listed(files)) {
        take(page, into);
        await breathe();
      }
    },
    hold(reason) {
      engine.hold(reason);
      progress.reset();
      wake();
    },
    release(...reasons) {
      engine.release(...reasons);
      wake();
    },
    tryNow() {
      engine.tryNow();
      wake();
    },
    retry(key) {
      engine.retry(named(run.queue.in.failed, key));
      wake();
    },
    cancel(key) {
      engine.cancel(key === undefined ? engine.open() : named([...engine.open(), ...run.queue.in.failed], key));
      wake();
    },
    clear() {
      engine.cancel([...run.queue.in.failed]);
      run.queue.startOver();
      skipped.count = 0;
      skipped.names.clear();
      unreadable = 0;
      unread.clear();
      progress.reset();
      wake();
    },
    abandon() {
      clearTimeout(timer);
      guard.set(false);
      leftover.set(0);
    },
  };
}

function named(tasks: Iterable<Task>, key: string | undefined): Task[] {
  return [...tasks].filter((task) => key === undefined || task.key === key);
}

/** Lets the page draw and answer between two pages of files. */
function breathe(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve));
}

/** Back in the network everything that waits is tried at once; without one nothing is tried, unless Tintype runs on this very machine. */
function watchNetwork(engine: Engine, wake: () => void): void {
  addEventListener("online", () => {
    engine.release("offline");
    wake();
  });
  if (isLocalHost(location.hostname)) return;
  const away = (): void => {
    engine.hold("offline");
    wake();
  };
  addEventListener("offline", away);
  if (!navigator.onLine) away();
}
