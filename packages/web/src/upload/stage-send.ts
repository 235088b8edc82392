import { judgeProblem, judgePut, type PutAnswer, type Verdict } from "./failure.ts";
import { missingParts, nextRun, partRange } from "./parts.ts";
import { forgetPlan, type Run, settle, succeeded } from "./run.ts";
import type { Plan, Task } from "./task.ts";

type Multipart = Extract<Plan, { kind: "multipart" }>;

/** A request that is about to expire is not started. */
const MARGIN_MS = 30_000;
const PARTS_AT_ONCE = 3;
const PARTS_SIGNED_AHEAD = 12;

/** Sends a planned file straight to the store and tells the server; it leaves as `checking`, or as the verdict says. */
export async function sendTask(run: Run, task: Task): Promise<void> {
  const { plan } = task;
  const late = plan?.kind === "put" && plan.expiresAt - MARGIN_MS < run.ports.now();
  if (!plan || (late && !task.uploaded)) {
    forgetPlan(task);
    return run.queue.move(task, "hashed");
  }
  run.queue.move(task, "sending");
  const abort = new AbortController();
  task.abort = abort;
  const verdict = await attempt(run, task, plan, abort.signal);
  delete task.abort;
  if (task.phase !== "sending") return;
  if (verdict === "aborted") return run.queue.move(task, "planned");
  if (verdict.act !== "done") return settle(run, task, verdict, "planned");
  succeeded(run, task);
  delete task.reason;
  run.queue.move(task, "checking");
}

async function attempt(run: Run, task: Task, plan: Plan, signal: AbortSignal): Promise<Verdict | "aborted"> {
  try {
    const verdict = task.uploaded ? DONE : await send(run, task, plan, signal);
    if (verdict.act !== "done") return verdict;
    task.uploaded = true;
    await run.ports.api.complete(plan.uploadId, plan.kind === "multipart" ? partList(plan) : undefined);
    return DONE;
  } catch (error) {
    return signal.aborted ? "aborted" : judgeProblem(error);
  }
}

const DONE: Verdict = { act: "done" };

async function send(run: Run, task: Task, plan: Plan, signal: AbortSignal): Promise<Verdict> {
  if (plan.kind === "received") return DONE;
  return plan.kind === "put" ? sendWhole(run, task, plan, signal) : sendParts(run, task, plan, signal);
}

async function sendWhole(run: Run, task: Task, plan: Extract<Plan, { kind: "put" }>, signal: AbortSignal): Promise<Verdict> {
  const answer = await run.ports.lanes.run(signal, () =>
    run.ports.put(plan.request, task.file, { signal, onProgress: (bytes) => progress(run, task, bytes) }),
  );
  return judge(run, task, answer);
}

/** A few parts at once, signed a dozen at a time shortly before they are needed; parts that are there already are not sent again. */
async function sendParts(run: Run, task: Task, plan: Multipart, signal: AbortSignal): Promise<Verdict> {
  const { api, lanes, put } = run.ports;
  const missing = missingParts(plan.partCount, plan.etags);
  const before = plan.etags.size;
  delete task.kept;
  // What is there already is not put on the wire again.
  task.sent = sizeOf(plan, task.file.size);
  const signed: Awaited<ReturnType<typeof api.parts>> = [];
  const flying = new Map<number, number>();
  const stop = new AbortController();
  const halt = AbortSignal.any([signal, stop.signal]);
  let refill: Promise<void> | undefined;
  let failure: Verdict | undefined;

  const report = (): void =>
    progress(run, task, sizeOf(plan, task.file.size) + [...flying.values()].reduce((sum, bytes) => sum + bytes, 0));
  const sign = async (): Promise<void> => {
    const next = nextRun(missing, PARTS_SIGNED_AHEAD);
    if (!next) return;
    missing.splice(0, next.to - next.from + 1);
    signed.push(...(await api.parts(plan.uploadId, next.from, next.to)));
  };
  const lane = async (): Promise<void> => {
    while (!failure) {
      if (signed.length === 0 && missing.length > 0) {
        refill ??= sign();
        await refill;
        refill = undefined;
      }
      const part = signed.shift();
      if (!part && missing.length > 0) continue;
      if (!part) return;
      const { from, to } = partRange(part.number, plan.partSize, task.file.size);
      const onProgress = (bytes: number): void => {
        flying.set(part.number, bytes);
        report();
      };
      const answer = await lanes.run(halt, () => put(part.request, task.file.slice(from, to), { signal: halt, onProgress }));
      flying.delete(part.number);
      const verdict = await judge(run, task, answer);
      if (hasExpired(answer)) task.kept = plan;
      if (verdict.act !== "done") failure ??= verdict;
      else if (answer.etag) plan.etags.set(part.number, answer.etag);
      else failure ??= { act: "fail", reason: "The storage hides the ETag header: its CORS rules must expose it." };
      report();
    }
  };
  const all = Array.from({ length: PARTS_AT_ONCE }, lane);
  try {
    await Promise.all(all);
  } finally {
    // What one lane threw ends the others too, before the next try sends the same parts.
    stop.abort();
    await Promise.allSettled(all);
  }
  // A slow line that still moves on is no fault of the file's.
  if (task.kept && plan.etags.size > before) task.faults = 0;
  return failure ?? DONE;
}

/** A signature that ran out ends the plan, but not the multipart upload: what it has stays. */
export function hasExpired({ status, code }: Pick<PutAnswer, "status" | "code">): boolean {
  return status === 403 && code !== "NoSuchUpload";
}

/** A broken connection looks the same as a file that changed on disk while it was being read: reading one byte tells them apart. */
async function judge(run: Run, task: Task, answer: PutAnswer): Promise<Verdict> {
  if (answer.status !== 0 || (await run.ports.isReadable(task.file))) return judgePut(answer);
  return { act: "rehash", reason: "It changed while it was being sent." };
}

function progress(run: Run, task: Task, bytes: number): void {
  const fresh = Math.min(bytes, task.file.size);
  run.wire.bytes += Math.max(0, fresh - task.sent);
  task.sent = fresh;
}

/** Bytes of a file of which the store has these parts. */
export function sizeOf({ etags, partSize }: Pick<Multipart, "etags" | "partSize">, fileSize: number): number {
  let bytes = 0;
  for (const number of etags.keys()) {
    const { from, to } = partRange(number, partSize, fileSize);
    bytes += to - from;
  }
  return bytes;
}

/** The parts as a store wants them named: in order, however they came. */
export function partList({ etags }: Pick<Multipart, "etags">): { number: number; etag: string }[] {
  return [...etags].map(([number, etag]) => ({ number, etag })).toSorted((a, b) => a.number - b.number);
}
