import type { UploadStatus } from "../lib/api.ts";
import { judgeProblem } from "./failure.ts";
import { finish, forgetPlan, type Run, settle } from "./run.ts";
import type { Task } from "./task.ts";

const MOST = 200;
const FAST_MS = 700;
const SLOW_MS = 4_000;

/** Asks, as long as something is unconfirmed, which files are safe and shown. Slower while nothing changes. */
export function createPoll(run: Run): { kick(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FAST_MS;

  const kick = (): void => {
    if (timer !== undefined || run.holds.has("signed-out") || run.holds.has("offline")) return;
    if (run.queue.in.checking.size + run.unshown.size === 0) {
      wait = FAST_MS;
      return;
    }
    timer = setTimeout(() => {
      void ask().finally(() => {
        timer = undefined;
        run.pump();
      });
    }, wait);
  };

  const ask = async (): Promise<void> => {
    const asked = [...take(run.queue.in.checking, MOST), ...take(run.unshown, MOST - Math.min(MOST, run.queue.in.checking.size))];
    const byId = new Map(asked.flatMap((task) => (task.plan ? [[task.plan.uploadId, task] as const] : [])));
    try {
      const answers = await run.ports.api.statuses([...byId.keys()]);
      const changes = answers.map((answer) => {
        const task = byId.get(answer.id);
        byId.delete(answer.id);
        return task ? apply(run, task, answer) : false;
      });
      for (const task of byId.values()) lost(run, task);
      wait = waitAfter(wait, changes.includes(true));
    } catch (error) {
      const verdict = judgeProblem(error);
      if (verdict.act === "hold") run.holds.add(verdict.hold);
      wait = SLOW_MS;
    }
  };

  return { kick };
}

/** Milliseconds to the next question: soon after something new, ever later without. */
export function waitAfter(last: number, changed: boolean): number {
  return changed ? FAST_MS : Math.min(SLOW_MS, last * 1.5);
}

/** True when the answer brought something new. */
function apply(run: Run, task: Task, { state, reason, assetId, safe, revision, final = false }: UploadStatus): boolean {
  // What was committed can be gone again: its original went missing.
  if (state === "expired" || (state === "committed" && !safe)) {
    lost(run, task);
    return true;
  }
  if (assetId) task.assetId = assetId;
  if (revision !== null) {
    task.revision = revision;
    task.sidecar = revision === 0;
    run.unshown.delete(task);
  }
  if (task.phase !== "checking") {
    turn(run.unshown, task);
    return revision !== null;
  }
  if (safe) {
    finish(run, task, "safe");
    if (revision === null) run.unshown.add(task);
    return true;
  }
  if (state === "failed") {
    forgetPlan(task);
    task.final = final;
    finish(run, task, "failed", reason ?? "The server could not confirm it. Try again.");
    return true;
  }
  turn(run.queue.in.checking, task);
  return false;
}

/** The server has nothing of it any more: it is planned anew, unless it was safe before, and then gone by other means than this upload's. */
function lost(run: Run, task: Task): void {
  if (task.phase === "checking") return settle(run, task, { act: "replan", reason: "The upload had expired." }, "hashed");
  run.unshown.delete(task);
  run.tiles.delete(task);
}

/** Who was asked goes to the end, so that everybody is asked in turn. */
export function turn<T>(set: Set<T>, task: T): void {
  if (set.delete(task)) set.add(task);
}

/** The first few of a set. */
export function take<T>(set: ReadonlySet<T>, count: number): T[] {
  const taken: T[] = [];
  for (const task of set) {
    if (taken.length >= count) break;
    taken.push(task);
  }
  return taken;
}
