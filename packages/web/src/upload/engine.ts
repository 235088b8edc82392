import { nextBatch } from "./batch.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { LANES } from "./lanes.ts";
import { createPoll } from "./poll.ts";
import { createQueue } from "./queue.ts";
import { createRate } from "./rate.ts";
import { finish, forgetPlan, type Hold, MANY, type Ports, type Run } from "./run.ts";
import { hashTask, look } from "./stage-hash.ts";
import { planTasks } from "./stage-plan.ts";
import { sendTask } from "./stage-send.ts";
import { createTask, type Found, type Task } from "./task.ts";

export type Engine = {
  readonly run: Run;
  add(found: readonly Found[]): void;
  /** Stops everything for a reason; what is being sent starts again later (whole parts are kept). */
  hold(reason: Hold): void;
  release(...reasons: Hold[]): void;
  /** Ends every pause: what waits for its next try is tried at once. */
  tryNow(): void;
  /** What was signed leads nowhere any more: what is not at the store yet is planned anew, at once. Parts that are there stay. */
  replan(): void;
  retry(tasks: readonly Task[]): void;
  /** Takes files out of the queue. What is in the store already is left for the server to confirm. */
  cancel(tasks: readonly Task[]): void;
  /** Everything that is not in the store yet. */
  open(): Task[];
};

const OPEN = ["waiting", "hashing", "twin", "hashed", "planning", "planned", "sending", "retrying"] as const;
const HASHERS = 2;
const PEEKS = 2;
/** How long to wait for room in a store that is full. */
const FULL_MS = 60_000;
/** Hashed files wait for their turn; more than this many would only cost memory. */
const BACKLOG = 200;
/** Of the files that wait, those beyond so many are not looked into yet. */
const PEEK_AHEAD = 200;

/** The uploader: a queue that `pump` keeps moving. Knows nothing of React; the view reads `run` four times a second. */
export function createEngine(ports: Ports): Engine {
  let peeks = 0;
  let planning = false;
  let scheduled = false;
  let fullUntil = Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const run: Run = {
    ports,
    queue: createQueue(),
    holds: new Set(),
    wire: { bytes: 0, rate: createRate(8_000) },
    health: { failures: 0, until: 0, successes: 0, succeededAt: -Infinity, reason: "", at: "server" },
    byContent: new Map(),
    tiles: new Set(),
    unshown: new Set(),
    pump() {
      if (scheduled) return;
      scheduled = true;
      queueMicrotask(step);
    },
  };
  const { queue, health, holds } = run;
  const poll = createPoll(run);

  const step = (): void => {
    scheduled = false;
    const now = ports.now();
    wake();
    if (holds.size === 0) work();
    poll.kick();
    clearTimeout(timer);
    // What is due already waits for a lane, or for the end of the pause: both call for a step themselves.
    const next = Math.min(...[health.until, ...Array.from(queue.in.retrying, ({ retryAt = 0 }) => retryAt)].filter((at) => at > now));
    if (holds.size === 0 && next < Infinity) timer = setTimeout(run.pump, next - now);
    fullUntil = holds.has("full") ? Math.min(fullUntil, now + FULL_MS) : Infinity;
    if (holds.has("full")) timer = setTimeout(probe, Math.max(0, fullUntil - now));
  };

  /** There may be room again: one file finds out. */
  const probe = (): void => {
    holds.delete("full");
    fullUntil = Infinity;
    health.failures = MANY;
    tryNow();
  };

  const wake = (): void => {
    for (const task of queue.in.retrying) if (isDue(task) && task.resume !== "planned") queue.move(task, task.resume ?? "waiting");
  };

  const work = (): void => {
    peekAhead();
    const start = (task: Task | undefined, stage: (run: Run, task: Task) => Promise<void>): boolean => {
      if (task) void stage(run, task).finally(run.pump);
      return task !== undefined;
    };
    while (queue.in.hashing.size < HASHERS && queue.in.hashed.size < BACKLOG && start(queue.first("waiting"), hashTask));
    if (health.until > ports.now()) return;
    plan();
    const lanes = health.failures >= MANY ? 1 : LANES;
    while (queue.in.sending.size < lanes && start(due() ?? queue.first("planned"), sendTask));
  };

  const isDue = (task: Task): boolean => (task.retryAt ?? 0) <= ports.now();

  /** A file whose wait is over goes before those that have not been tried yet. */
  const due = (): Task | undefined => {
    for (const task of queue.in.retrying) if (isDue(task) && task.resume === "planned") return task;
    return undefined;
  };

  const plan = (): void => {
    if (planning) return;
    const hashed = [...queue.in.hashed];
    const count = nextBatch({
      sizes: hashed.map((task) => task.file.size),
      planned: queue.in.planned.size,
      last: queue.in.waiting.size + queue.in.hashing.size === 0,
      bytesPerSecond: run.wire.rate.perSecond(ports.now()),
    });
    if (count === 0) return;
    planning = true;
    void planTasks(run, hashed.slice(0, count)).finally(() => {
      planning = false;
      run.pump();
    });
  };

  const peekAhead = (): void => {
    let ahead = 0;
    for (const task of queue.in.waiting) {
      if (peeks >= PEEKS || ahead++ >= PEEK_AHEAD) return;
      if (task.peeking) continue;
      peeks++;
      void look(run, task).finally(() => {
        peeks--;
        run.pump();
      });
    }
  };

  const tryNow = (): void => {
    health.until = 0;
    for (const task of queue.in.retrying) task.retryAt = 0;
    run.pump();
  };

  return {
    run,
    tryNow,
    add(found) {
      if (queue.unsafe() === 0) {
        queue.startOver();
        run.wire.bytes = 0;
        run.wire.rate.reset();
      }
      // The same file again is another try, not another failure; and what failed once is read anew.
      const keys = new Set(found.map(({ path, file }) => fingerprintOf(path, file)));
      const again = new Set<string>();
      for (const task of queue.in.failed) {
        const key = fingerprintOf(task.found.path, task.file);
        if (!keys.has(key)) continue;
        again.add(key);
        finish(run, task, "cancelled");
      }
      for (const each of found) {
        const task = createTask(each, ports.now());
        if (again.has(fingerprintOf(each.path, each.file))) task.faults = 1;
        queue.add(task);
        task.final = task.file.size === 0;
        if (task.final) finish(run, task, "failed", "The file is empty (0 bytes). Copy it again from where it came from, then add it.");
      }
      run.pump();
    },
    hold(reason) {
      holds.add(reason);
      run.wire.rate.reset();
      for (const task of [...queue.in.hashing, ...queue.in.sending]) task.abort?.abort();
      run.pump();
    },
    release(...reasons) {
      const lifted = reasons.filter((reason) => holds.delete(reason));
      if (lifted.length === 0) return;
      health.failures = 0;
      tryNow();
    },
    replan() {
      for (const task of [...queue.in.planned, ...queue.in.sending, ...queue.in.retrying]) {
        if (task.uploaded || task.plan === undefined || task.plan.kind === "received") continue;
        if (task.plan.kind === "multipart") task.kept = task.plan;
        forgetPlan(task);
        task.abort?.abort();
      }
      health.failures = 0;
      tryNow();
    },
    retry(tasks) {
      for (const task of tasks) {
        if (task.phase !== "failed" || task.final) continue;
        Object.assign(task, { attempts: 0, faults: 1 });
        delete task.reason;
        forgetPlan(task);
        delete task.sha256;
        queue.move(task, "waiting");
      }
      run.pump();
    },
    cancel(tasks) {
      for (const task of tasks) {
        const { plan: planned } = task;
        finish(run, task, "cancelled");
        task.abort?.abort();
        if (planned) void ports.api.abort(planned.uploadId).catch(() => undefined);
      }
      run.pump();
    },
    open: () => OPEN.flatMap((phase) => [...queue.in[phase]]),
  };
}
