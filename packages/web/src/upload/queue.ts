import type { Phase, Task } from "./task.ts";

/** Phases in which a task is remembered; finished ones are only counted, so that a long upload stays small. */
type Live = Exclude<Phase, "safe" | "duplicate" | "cancelled">;

const LIVE: readonly Live[] = ["waiting", "hashing", "twin", "hashed", "planning", "planned", "sending", "retrying", "checking", "failed"];

export type Queue = {
  /** The tasks of a phase, in the order in which they came to it. */
  readonly in: Record<Live, Set<Task>>;
  /** Finished tasks and bytes; `sidecars` are among both kinds of tasks, `videos` of the safe. Cancelled ones are in no number. */
  readonly done: { safe: number; duplicates: number; sidecars: number; videos: number; bytes: number };
  /** Tasks that were finished since the page was opened: never counted back. */
  readonly ever: { arrived: number };
  /** Titles of the albums that duplicates were added to, undefined for those that were added to none. */
  readonly albums: Set<string | undefined>;
  /** All tasks and bytes but the cancelled; `photos` of the tasks are pictures. */
  readonly total: { tasks: number; bytes: number; photos: number };
  /** The newest few duplicates, for the tray. */
  readonly recent: Task[];
  add(task: Task): void;
  move(task: Task, phase: Phase): void;
  /** Another state of the same file on disk. */
  replace(task: Task, file: File): void;
  /** The task that has been in `phase` for longest. */
  first(phase: Live): Task | undefined;
  /** Bytes finished or taken by the store so far. */
  sentBytes(): number;
  /** Tasks that are neither finished nor failed. */
  unsafe(): number;
  /** Forgets what is finished; the rest is counted anew. */
  startOver(): void;
};

const RECENT = 3;

export function createQueue(): Queue {
  const byPhase: Record<Live, Set<Task>> = {
    waiting: new Set(),
    hashing: new Set(),
    twin: new Set(),
    hashed: new Set(),
    planning: new Set(),
    planned: new Set(),
    sending: new Set(),
    retrying: new Set(),
    checking: new Set(),
    failed: new Set(),
  };
  const done = { safe: 0, duplicates: 0, sidecars: 0, videos: 0, bytes: 0 };
  const ever = { arrived: 0 };
  const albums = new Set<string | undefined>();
  const total = { tasks: 0, bytes: 0, photos: 0 };
  const count = (task: Task, sign: 1 | -1): void => {
    total.tasks += sign;
    total.bytes += sign * task.file.size;
    if (task.picture) total.photos += sign;
  };
  const recent: Task[] = [];

  const enter = (task: Task): void => {
    if (task.phase === "cancelled") return count(task, -1);
    if (task.phase !== "safe" && task.phase !== "duplicate") return void byPhase[task.phase].add(task);
    done.bytes += task.file.size;
    ever.arrived++;
    if (task.sidecar) done.sidecars++;
    if (task.phase === "safe") {
      done.safe++;
      if (!task.picture && !task.sidecar) done.videos++;
      return;
    }
    done.duplicates++;
    albums.add(task.found.into?.title);
    recent.push(task);
    if (recent.length > RECENT) recent.shift();
  };

  const unsafe = (): number => LIVE.reduce((sum, phase) => sum + (phase === "failed" ? 0 : byPhase[phase].size), 0);

  return {
    in: byPhase,
    done,
    ever,
    albums,
    total,
    recent,
    add(task) {
      count(task, 1);
      enter(task);
    },
    move(task, phase) {
      if (isLive(task.phase)) byPhase[task.phase].delete(task);
      task.phase = phase;
      enter(task);
    },
    replace(task, file) {
      total.bytes += file.size - task.file.size;
      task.file = file;
    },
    first: (phase) => byPhase[phase].values().next().value,
    sentBytes() {
      let bytes = done.bytes;
      for (const task of byPhase.sending) bytes += task.sent;
      for (const task of byPhase.checking) bytes += task.file.size;
      for (const task of byPhase.failed) bytes += task.file.size;
      for (const task of byPhase.retrying) bytes += task.sent;
      return bytes;
    },
    unsafe,
    startOver() {
      Object.assign(done, { safe: 0, duplicates: 0, sidecars: 0, videos: 0, bytes: 0 });
      recent.length = 0;
      albums.clear();
      Object.assign(total, { tasks: 0, bytes: 0, photos: 0 });
      for (const phase of LIVE) for (const task of byPhase[phase]) count(task, 1);
    },
  };
}

function isLive(phase: Phase): phase is Live {
  return phase !== "safe" && phase !== "duplicate" && phase !== "cancelled";
}
