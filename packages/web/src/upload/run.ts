import type { api } from "../lib/api.ts";
import { backoff } from "./backoff.ts";
import type { PutAnswer, Verdict } from "./failure.ts";
import type { Fingerprints } from "./fingerprint.ts";
import type { Lanes } from "./lanes.ts";
import type { put } from "./put.ts";
import type { Queue } from "./queue.ts";
import type { Rate } from "./rate.ts";
import type { Peek, Task } from "./task.ts";

/** Why nothing is sent at present. */
export type Hold = "paused" | "offline" | "signed-out" | "full";

/** What the uploader needs of the world. */
export type Ports = {
  api: Pick<typeof api, "plan" | "parts" | "complete" | "statuses" | "abort">;
  /** Lower-case hex sha256. Rejects with an error named NotReadableError or NotFoundError when the file changed or went away. */
  hash: (file: File, signal: AbortSignal) => Promise<string>;
  /** Never rejects, always ends. */
  peek: (file: File) => Promise<Peek>;
  put: (...args: Parameters<typeof put>) => Promise<PutAnswer>;
  /** False for a file that has changed on disk since it was added, or is gone. */
  isReadable: (file: Blob) => Promise<boolean>;
  lanes: Lanes;
  fingerprints: Fingerprints;
  now: () => number;
  random: () => number;
};

/** The state that the stages share. */
export type Run = {
  readonly ports: Ports;
  readonly queue: Queue;
  readonly holds: Set<Hold>;
  /** Bytes put on the wire, and their rate. */
  readonly wire: { bytes: number; rate: Rate };
  /** Failures in a row over all files: many mean that the network or the server is gone, and one file at a time probes it. */
  readonly health: { failures: number; until: number; successes: number; succeededAt: number; reason: string; at: "storage" | "server" };
  /** The file on its way for each content, and those that wait for it as its twins. */
  readonly byContent: Map<string, { leader: Task; twins: Task[] }>;
  /** Files that have a tile in the timeline. */
  readonly tiles: Set<Task>;
  /** Safe files of which it is not known yet from which revision the timeline shows them. */
  readonly unshown: Set<Task>;
  /** Looks for work, soon. */
  pump: () => void;
};

/** A file gives up after this many failures of its own. */
const MAX_FAULTS = 6;
/** So many failures in a row are no accident. */
export const MANY = 6;

/** Puts a file into a final phase and lets its twins go on. */
export function finish(run: Run, task: Task, phase: "safe" | "duplicate" | "failed" | "cancelled", reason?: string): void {
  if (reason === undefined) delete task.reason;
  else task.reason = reason;
  run.queue.move(task, phase);
  const { into } = task.found;
  if (task.assetId !== undefined && into && into.albumId === undefined) into.done.push(task.assetId);
  if (phase === "duplicate" || phase === "cancelled") run.tiles.delete(task);
  for (const twin of leave(run, task)) follow(run, task, twin);
}

/** Gives a file's content up: somebody else may take it. Answers with the twins that waited for it; the caller lets them go on. */
function leave(run: Run, task: Task): Task[] {
  const flight = run.byContent.get(task.sha256 ?? "");
  if (flight?.leader !== task) return [];
  run.byContent.delete(task.sha256 ?? "");
  return flight.twins.filter((twin) => twin.phase === "twin");
}

function follow(run: Run, task: Task, twin: Task): void {
  if (task.phase !== "safe" && task.phase !== "duplicate") return enter(run, twin);
  if (task.assetId) twin.assetId = task.assetId;
  finish(run, twin, "duplicate");
}

/** A file whose content is known: on to the plan, unless the same content is on its way already. */
export function enter(run: Run, task: Task): void {
  const sha256 = task.sha256 ?? "";
  const flight = run.byContent.get(sha256);
  if (flight) {
    flight.twins.push(task);
    run.tiles.delete(task);
    return run.queue.move(task, "twin");
  }
  run.byContent.set(sha256, { leader: task, twins: [] });
  run.queue.move(task, "hashed");
}

/** A step that worked: the ways are open. */
export function succeeded(run: Run, task: Task): void {
  run.health.failures = 0;
  run.health.until = 0;
  run.health.successes++;
  run.health.succeededAt = run.ports.now();
  task.attempts = 0;
}

/** Does what a verdict says to a file that was being planned (`hashed`) or sent (`planned`). */
export function settle(run: Run, task: Task, verdict: Exclude<Verdict, { act: "done" }>, back: "hashed" | "planned"): void {
  if (verdict.act === "fail") return finish(run, task, "failed", verdict.reason);
  if (verdict.act === "hold") {
    run.holds.add(verdict.hold);
    return run.queue.move(task, back);
  }
  // Failures while nothing gets through are the network's, not the file's: those are repeated for ever.
  const own = verdict.act !== "retry" || run.health.successes > 0;
  if (own) task.faults++;
  if (task.faults > MAX_FAULTS) return finish(run, task, "failed", verdict.reason);
  task.reason = verdict.reason;
  task.attempts++;
  if (verdict.act === "retry") strain(run, verdict);
  if (verdict.act === "replan") forgetPlan(task);
  if (verdict.act === "rehash") forgetContent(run, task);
  const first = verdict.act !== "retry" && task.attempts === 1;
  const wait = first
    ? 0
    : backoff(task.attempts, verdict.act === "retry" ? verdict.retryAfter : undefined, run.ports.random, sinceSuccess(run));
  task.resume = { retry: back, replan: "hashed" as const, rehash: "waiting" as const }[verdict.act];
  task.retryAt = run.ports.now() + wait;
  run.queue.move(task, "retrying");
}

/** Counts a failure of the ways; from `patience` failures in a row on, everything waits between probes. */
export function strain(run: Run, { at, reason, retryAfter }: Extract<Verdict, { act: "retry" }>, patience = MANY): void {
  const { health, ports } = run;
  health.reason = reason;
  health.at = at;
  health.failures++;
  health.successes = 0;
  if (health.failures < patience) return;
  health.until = ports.now() + backoff(health.failures - patience + 1, retryAfter, ports.random, sinceSuccess(run));
}

function sinceSuccess({ health, ports }: Run): number {
  return ports.now() - health.succeededAt;
}

export function forgetPlan(task: Task): void {
  delete task.plan;
  task.uploaded = false;
  task.sent = 0;
}

/** For a file that is not what was hashed. Who waited for that content as its twin is sent now, since this file will not bring it. */
export function forgetContent(run: Run, task: Task): void {
  forgetPlan(task);
  const twins = leave(run, task);
  delete task.sha256;
  if (task.known) {
    delete task.peek;
    delete task.peeking;
  }
  task.known = false;
  for (const twin of twins) enter(run, twin);
}

/** True while something of what is shown may still change by itself: of a failed file nothing does before a person acts. */
export function isLively({ queue, unshown, tiles }: Run): boolean {
  return queue.unsafe() > 0 || unshown.size > 0 || Array.from(tiles).some((task) => task.phase !== "failed");
}

/** Files whose bytes are not in the store yet: they need this page to stay open. A twin's are there when those of the file it waits for are. */
export function unsent({ queue, byContent }: Run): number {
  let count = queue.unsafe() - queue.in.checking.size;
  for (const { sha256 = "" } of queue.in.twin) if (byContent.get(sha256)?.leader.phase === "checking") count--;
  return count;
}
