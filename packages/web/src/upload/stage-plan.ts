import type { PlanAnswer, PlanFile } from "../lib/api.ts";
import { formatBytes } from "../lib/format.ts";
import { Problem } from "../lib/http.ts";
import { MAX_FILES } from "../lib/limit.ts";
import { deviceClock } from "./clock.ts";
import { judgeProblem } from "./failure.ts";
import { typeOf } from "./kind.ts";
import { finish, type Run, settle, strain, succeeded } from "./run.ts";
import { lookInto } from "./stage-hash.ts";
import type { Into, Plan, Task } from "./task.ts";

/** Refusals that pass: there may be room later, and another file's turn ends. */
const PASSING = new Set(["over_quota", "conflict"]);

/** Asks what to do with up to 50 hashed files: in one call for each album that they go into. */
export async function planTasks(run: Run, tasks: readonly Task[]): Promise<void> {
  for (const task of tasks) run.queue.move(task, "planning");
  const albums = new Set(tasks.map(albumOf));
  const groups = [...albums].map((albumId) => ({ albumId, own: tasks.filter((task) => albumOf(task) === albumId) }));
  for (const { albumId, own } of groups) await planInto(run, own, albumId);
}

async function planInto(run: Run, tasks: readonly Task[], albumId: string | undefined): Promise<void> {
  try {
    const answers = await run.ports.api.plan(tasks.map(describe), albumId);
    for (const [i, task] of tasks.entries()) {
      const answer = answers[i];
      if (answer && task.phase === "planning") apply(run, task, answer);
    }
    const first = tasks[0];
    if (first) succeeded(run, first);
  } catch (error) {
    if (albumId !== undefined && isClosed(error)) leaveAlbum(run, tasks);
    else refuse(run, tasks, error);
  }
}

const albumOf = (task: Task): string | undefined => task.found.into?.albumId;

/** The album is gone, or one may add to it no more. */
function isClosed(error: unknown): boolean {
  return error instanceof Problem && (error.code === "not_found" || error.code === "forbidden");
}

/** Photos are kept, whatever becomes of the album that they were for: they go into the library alone. */
function leaveAlbum(run: Run, tasks: readonly Task[]): void {
  for (const task of tasks) {
    delete task.found.into;
    if (task.phase === "planning") run.queue.move(task, "hashed");
  }
}

/** Sends files that are on their way already into an album as well: planned again they stay the same uploads. Throws what the request threw. */
export async function planAgain(run: Run, into: Into): Promise<void> {
  const { queue, ports } = run;
  const phases = [queue.in.planning, queue.in.planned, queue.in.sending, queue.in.retrying, queue.in.checking];
  const tasks = phases.flatMap((phase) => [...phase]).filter((task) => task.found.into === into && task.sha256 !== undefined);
  for (let i = 0; i < tasks.length; i += MAX_FILES) await ports.api.plan(tasks.slice(i, i + MAX_FILES).map(describe), into.albumId);
}

function describe(task: Task): PlanFile {
  const { wall, offset } = deviceClock(task.file.lastModified);
  return {
    name: task.name,
    size: task.file.size,
    type: typeOf(task.file),
    sha256: task.sha256 ?? "",
    modifiedAt: wall,
    modifiedOffset: offset,
    ...(task.peek?.takenAt ? { takenAt: task.peek.takenAt } : {}),
  };
}

function apply(run: Run, task: Task, answer: PlanAnswer): void {
  if (answer.status === "have") {
    task.assetId = answer.assetId;
    return finish(run, task, "duplicate");
  }
  if (answer.status === "refused") {
    task.final = !PASSING.has(answer.code);
    return finish(run, task, "failed", refusalOf(answer, task.file.size));
  }
  task.plan = planOf(answer, task.kept);
  // The timeline will not show it, so there is nothing to stand in for.
  if (!task.sidecar) run.tiles.add(task);
  // It is sent after all: now there is a tile that can show what is in it.
  if (task.known) void lookInto(run, task);
  run.queue.move(task, "planned");
}

/** A quota is not used up where only this file is too large for what is left of it. */
function refusalOf({ detail, left = 0 }: Extract<PlanAnswer, { status: "refused" }>, size: number): string {
  if (left === 0) return detail;
  const has = `This file has ${formatBytes(size)}, and ${formatBytes(left)} of your quota are left.`;
  return `${has} Remove photos and empty the bin, or ask whoever runs this Tintype for more room.`;
}

function planOf(answer: Exclude<PlanAnswer, { status: "have" | "refused" }>, kept: Task["kept"]): Plan {
  const { uploadId } = answer;
  const expiresAt = Date.parse(answer.expiresAt);
  if (answer.status === "received") return { kind: "received", uploadId, expiresAt };
  if (answer.status === "put") return { kind: "put", uploadId, expiresAt, request: answer.request };
  const etags = kept?.uploadId === uploadId ? kept.etags : new Map<number, string>();
  return { kind: "multipart", uploadId, expiresAt, partSize: answer.partSize, partCount: answer.partCount, etags };
}

/** A plan that failed as a whole. One bad file (its place is in the problem's `field`) must not hold up the others. */
function refuse(run: Run, tasks: readonly Task[], error: unknown): void {
  const verdict = judgeProblem(error);
  const left = tasks.filter((task) => task.phase === "planning");
  if (verdict.act === "hold") run.holds.add(verdict.hold);
  if (verdict.act === "retry") strain(run, verdict, 1);
  if (verdict.act === "hold" || verdict.act === "retry") {
    for (const task of left) run.queue.move(task, "hashed");
    return;
  }
  const guilty = tasks[guiltyIndex(error)];
  for (const task of left) {
    if (guilty && task !== guilty) run.queue.move(task, "hashed");
    else if (verdict.act !== "done") settle(run, task, verdict, "hashed");
  }
}

function guiltyIndex(error: unknown): number {
  const field = error instanceof Problem ? error.extra["field"] : undefined;
  return typeof field === "string" ? Number(/^files\.(\d+)/u.exec(field)?.[1] ?? -1) : -1;
}
