import { fingerprintOf, type Known } from "./fingerprint.ts";
import { enter, finish, forgetContent, type Run } from "./run.ts";
import type { Task } from "./task.ts";

const GONE = new Set(["NotReadableError", "NotFoundError", "SecurityError"]);
const TRIES = 3;

/** Hashes a file and peeks into it; it leaves as `hashed`, as somebody's `twin`, or `failed`. */
export async function hashTask(run: Run, task: Task): Promise<void> {
  run.queue.move(task, "hashing");
  const abort = new AbortController();
  task.abort = abort;
  try {
    const [sha256] = await Promise.all([digest(run, task, abort.signal), look(run, task)]);
    if (task.phase !== "hashing") return;
    if (!task.known) remember(run, task, sha256);
    task.sha256 = sha256;
    enter(run, task);
  } catch (error) {
    if (task.phase !== "hashing") return;
    if (abort.signal.aborted) return run.queue.move(task, "waiting");
    await reopen(run, task, nameOf(error));
  } finally {
    delete task.abort;
  }
}

/** The local look, once per file; a tile is shown from then on. A file that is known is likely a duplicate: it is not looked into for nothing. */
export async function look(run: Run, task: Task): Promise<void> {
  if (task.peek) return;
  task.peeking ??= peek(run, task);
  await task.peeking;
}

async function peek(run: Run, task: Task): Promise<void> {
  const known = await recall(run, task);
  if (!known) return lookInto(run, task);
  task.known = true;
  task.peek = known.takenAt === undefined ? {} : { takenAt: known.takenAt };
}

/** Opens the file for its date, shape and preview. */
export async function lookInto(run: Run, task: Task): Promise<void> {
  task.known = false;
  task.peek = await run.ports.peek(task.file);
  if (!task.sidecar && (task.phase === "waiting" || task.phase === "hashing")) run.tiles.add(task);
}

async function digest(run: Run, task: Task, signal: AbortSignal): Promise<string> {
  return (await recall(run, task))?.sha256 ?? run.ports.hash(task.file, signal);
}

/** What this browser remembers of a file. One that failed before is never trusted to the cache. */
async function recall({ ports }: Run, task: Task): Promise<Known | undefined> {
  return task.faults === 0 ? ports.fingerprints.get(fingerprintOf(task.found.path, task.file)) : undefined;
}

function remember({ ports }: Run, { found, file, peek: seen }: Task, sha256: string): void {
  ports.fingerprints.set(fingerprintOf(found.path, file), { sha256, ...(seen?.takenAt && { takenAt: seen.takenAt }) });
}

/** A file that cannot be read was changed or moved: where the browser can open it anew, its present content is taken. */
async function reopen(run: Run, task: Task, error: string): Promise<void> {
  const { found } = task;
  task.faults++;
  try {
    if (!GONE.has(error) || !found.reopen || task.faults > TRIES) throw new Error(error);
    run.queue.replace(task, await found.reopen());
    forgetContent(run, task);
    run.queue.move(task, "waiting");
  } catch {
    const reason = GONE.has(error)
      ? "It cannot be read: it was changed, moved or removed. Add it again."
      : "It could not be read. Try again.";
    finish(run, task, "failed", reason);
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : "Error";
}
