import { displayName } from "@tintype/core/asset";
import { kindOf } from "./kind.ts";
import { secondsLeft } from "./rate.ts";
import { type Hold, type Run, unsent } from "./run.ts";
import type { Task } from "./task.ts";
import type { PendingTile } from "./tiles.ts";

export type Row = {
  key: string;
  name: string;
  bytes: number;
  kind: PendingTile["kind"];
  state: "hashing" | "sending" | "retrying" | "failed" | "duplicate";
  /** 0 to 1. */
  progress: number;
  reason: string | undefined;
  canRetry: boolean;
  /** When it is tried again, in milliseconds since the epoch. */
  retryAt: number | undefined;
  previewUrl: string | null;
};

/** All that the tray shows, in plain values. */
export type View = {
  /** When this was true, in milliseconds since the epoch. */
  now: number;
  total: number;
  safe: number;
  /** Of these. */
  videos: number;
  duplicates: number;
  /** The title of the album that the duplicates were added to, where all of them were. */
  addedTo: string | undefined;
  /** How many files have arrived since the page was opened, duplicates too: never counted back. */
  arrived: number;
  /** Of the safe and the duplicates, those that are kept and never shown. */
  sidecars: number;
  failed: number;
  /** Of the failed, those for which trying again can help. */
  retryable: number;
  /** Sent and being verified by the server, or waiting for another file with the same content that is. */
  checking: number;
  /** True when every file is a picture, so that the words may say "photos". */
  photos: boolean;
  /** True until every file is safe, a duplicate, or failed. */
  running: boolean;
  /** Files that are not in the store yet: while there are any, this page must stay open. */
  unsent: number;
  /** True once something is or was being sent, not only looked at. */
  sent: boolean;
  /** 0 to 1, by bytes. */
  progress: number;
  bytesPerSecond: number;
  secondsLeft: number | undefined;
  hold: Hold | undefined;
  /** Set while everything waits because nothing gets through. */
  outage: { reason: string; until: number } | undefined;
  /** True while files wait for their next try and nothing else moves. */
  waiting: boolean;
  /** True while files wait, or have failed, because the storage does not take them. */
  atStorage: boolean;
  /** Hidden and system files that were left out, and the names of the first few. */
  skipped: { count: number; names: readonly string[] };
  unreadable: number;
  /** Folders whose listing failed: nobody knows what else is in them. */
  unread: readonly string[];
  rows: Row[];
  /** Active and problem files that have no row. */
  more: number;
};

const MOST_ROWS = 50;
/** What a person can put right by themselves comes before what only they can lift. */
const HOLDS: readonly Hold[] = ["signed-out", "full", "paused", "offline"];

type Extra = Pick<View, "skipped" | "unreadable" | "unread"> & {
  progressPerSecond: number;
  /** Milliseconds since it began. */
  elapsed: number;
  previewOf: (task: Task) => string | null;
};

export function viewOf(run: Run, { skipped, unreadable, unread, progressPerSecond, elapsed, previewOf }: Extra): View {
  const { queue, health, ports, wire } = run;
  const { done, total } = queue;
  const now = ports.now();
  const failed = queue.in.failed.size;
  const sentBytes = queue.sentBytes();
  const running = queue.unsafe() > 0;
  const left = unsent(run);
  const waiting =
    run.holds.size === 0 &&
    queue.in.sending.size === 0 &&
    (health.until > now || [...queue.in.retrying].some(({ retryAt = 0 }) => retryAt > now));
  const shown = rowTasks(run);
  const hidden = queue.in.sending.size + queue.in.retrying.size + failed - shown.filter((task) => task.phase !== "duplicate").length;
  return {
    now,
    total: total.tasks,
    safe: done.safe,
    videos: done.videos,
    duplicates: done.duplicates,
    addedTo: queue.albums.size === 1 ? [...queue.albums][0] : undefined,
    arrived: queue.ever.arrived,
    sidecars: done.sidecars,
    failed,
    retryable: Array.from(queue.in.failed).filter((task) => !task.final).length,
    checking: queue.unsafe() - left,
    photos: total.photos === total.tasks,
    running,
    unsent: left,
    sent: wire.bytes > 0 || queue.in.sending.size > 0,
    progress: total.bytes === 0 ? 1 : Math.min(1, sentBytes / total.bytes),
    bytesPerSecond: running ? wire.rate.perSecond(now) : 0,
    secondsLeft: secondsLeft(sentBytes, total.bytes, progressPerSecond, elapsed),
    hold: HOLDS.find((each) => run.holds.has(each)),
    outage: running && health.until > now ? { reason: health.reason, until: health.until } : undefined,
    waiting,
    atStorage: health.failures > 0 && health.at === "storage" && (running ? waiting : failed > 0),
    skipped,
    unreadable,
    unread,
    rows: shown.map((task) => rowOf(task, previewOf(task))),
    more: Math.max(0, hidden),
  };
}

/** Problems need a person and come first once nothing runs any more; while it runs, what moves comes first. */
function rowTasks({ queue }: Run): Task[] {
  const active = [...queue.in.sending, ...queue.in.retrying];
  const hashing = active.length === 0 ? [...queue.in.hashing] : [];
  const duplicates = queue.unsafe() > 0 ? queue.recent.toReversed() : [];
  const failed: Task[] = [];
  for (const task of queue.in.failed) {
    if (failed.length === MOST_ROWS) break;
    failed.push(task);
  }
  return [...active, ...hashing, ...failed, ...duplicates].slice(0, MOST_ROWS);
}

function rowOf(task: Task, previewUrl: string | null): Row {
  const { phase } = task;
  const state = phase === "hashing" || phase === "retrying" || phase === "failed" || phase === "duplicate" ? phase : "sending";
  return {
    key: task.key,
    name: displayName(task.name),
    bytes: task.file.size,
    kind: kindOf(task.file),
    state,
    progress: task.file.size === 0 ? 0 : task.sent / task.file.size,
    reason: task.reason,
    canRetry: phase === "failed" && !task.final,
    retryAt: task.retryAt,
    previewUrl,
  };
}
