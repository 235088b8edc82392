import { AppError, type Ctx, type Database, type Log, type NewJob } from "@tintype/core/kernel";
import { WAKE_KEY, WORK_KEY, type ObjectStore } from "@tintype/core/storage";
import { createDatabase } from "../../../packages/functions/src/adapters/db-drizzle.ts";
import { createSqsAnnouncer } from "../../../packages/functions/src/adapters/queue-announce-sqs.ts";
import { MOST_DELAY_MS, type Send } from "../../../packages/functions/src/adapters/queue-sqs.ts";
import { type Doing, policy } from "../../../packages/functions/src/jobs/batch.ts";
import { answerArrivals, answerWakes, type SqsEvent } from "../../../packages/functions/src/jobs/called.ts";
import { answerClock, note } from "../../../packages/functions/src/jobs/due.ts";
import { silent } from "../person.ts";
import type { Clock } from "./clock.ts";
import type { createJobTable } from "./jobs.ts";
import type { FunctionOptions } from "./lambda.ts";
import type { NeonModel } from "./neon.ts";
import { BUCKET, type Library, OWNER } from "./photos.ts";
import { type Process, wait } from "./process.ts";
import type { Letter, LetterQueue } from "./queue.ts";
import type { StoreModel } from "./store.ts";

export type Cloud = {
  clock: Clock;
  store: StoreModel;
  neon: NeonModel;
  library: Library;
  jobs: ReturnType<typeof createJobTable>;
  queues: { ingest: LetterQueue; wake: LetterQueue };
  /** Tells of every job that is enqueued, as it was before it was seen here what that comes to. */
  tellsAll: boolean;
  /** Until then (ms of the epoch) the queue of wakes takes no message. */
  deafUntil: number;
  /** What lies in the store, of what says when somebody has to work. */
  object: { wake: Uint8Array; work: boolean };
};

/** What a message of ours takes to be sent. */
const SEND_MS = 10;

/** What `openCloud` gives to each function, in a process of this world; the code that is given it is the real one. */
function open({ clock, store, neon, jobs, queues, tellsAll, deafUntil, object }: Cloud, process: Process) {
  const send: Send = async ({ queueUrl, body, delayMs = 0, putOff }) => {
    await wait(clock, process, SEND_MS);
    if (queueUrl === "wake" && clock.now() < deafUntil) throw new Error("The queue cannot be reached.");
    const queue = queueUrl === "wake" ? queues.wake : queues.ingest;
    queue.send(() => body, Math.ceil(delayMs / 1000) * 1000, putOff);
  };
  const small: ObjectStore = {
    ...({} as ObjectStore),
    get: async (key: string) => {
      await store.request(process, "get");
      return new Response(key === WAKE_KEY ? object.wake.slice() : "").body!;
    },
    head: async (key: string) => {
      await store.request(process, "get");
      if (key !== WORK_KEY || !object.work) throw new AppError("not_found", `There is no ${key}.`);
      return { key, size: 1, etag: "e", lastModified: new Date(clock.now()), type: "application/json" };
    },
    put: async (key: string, body: Uint8Array) => {
      await store.request(process, "put");
      if (key === WAKE_KEY) object.wake = body.slice();
      if (key === WORK_KEY) object.work = true;
      return { etag: "e" };
    },
    remove: async (keys: readonly string[]) => {
      await store.request(process, "put");
      if (keys.includes(WORK_KEY)) object.work = false;
    },
    list: async () => {
      store.counts.list++;
      await wait(clock, process, 50);
      return { objects: [] };
    },
  };
  const announcer = createSqsAnnouncer({ send, queueUrl: "wake", note: (dueAt) => note(small, dueAt), log: silent });
  const hooked = (hooks: (() => void)[]): Database => ({ afterCommit: (hook: () => void) => void hooks.push(hook) }) as unknown as Database;
  /** Puts jobs into the table, and gives what tells of them after the commit. */
  const enqueue = (wanted: readonly NewJob[]): (() => void) => {
    const hooks: (() => void)[] = [];
    const changed = jobs.put(wanted);
    const news = tellsAll ? wanted : changed;
    if (news.length > 0) void announcer.tell(hooked(hooks), news);
    return () => {
      for (const hook of hooks) hook();
    };
  };
  const queue = jobs.queueOf(
    () => neon.query(process),
    async (wanted) => enqueue(wanted)(),
  );
  // Whatever else it is asked, there is nothing of it.
  const none = { rows: [], rowCount: 0 };
  const db = createDatabase({
    run: async () => {
      await neon.query(process);
      return none;
    },
    session: (ask) =>
      neon.transaction(process, (tx) =>
        ask(async () => {
          await tx.statements(1);
          return none;
        }),
      ),
  });
  const ctx: Ctx = { actor: { kind: "system" }, db, store: small, queue, now: () => new Date(clock.now()), log: silent };
  return { ctx, send, enqueue, begin: () => announcer.flush };
}

type Open = FunctionOptions["open"];

const contextOf = (msLeft: () => number) => ({ getRemainingTimeInMillis: msLeft });

/** A batch as Lambda gives it. */
function eventOf(letters: readonly Letter[]): SqsEvent {
  return {
    Records: letters.map(({ id, read, receives, putOff }) => ({
      messageId: String(id),
      body: read(),
      attributes: { ApproximateReceiveCount: String(receives) },
      ...(putOff !== undefined && { messageAttributes: { putOff: { stringValue: putOff } } }),
    })),
  };
}

/** `entry/lambda-ingest.ts`, with what is done with a photo modelled. */
export function ingestFunction(
  cloud: Cloud,
  doingOf: (process: Process, enqueue: (jobs: readonly NewJob[]) => () => void, ctx: Ctx) => Doing,
  log: Log = silent,
): Open {
  return (process) => {
    const { ctx, send, enqueue, begin } = open(cloud, process);
    const work = policy(doingOf(process, enqueue, ctx));
    return async (letters, msLeft) => {
      const { batchItemFailures } = await answerArrivals({ ...ctx, log }, eventOf(letters), contextOf(msLeft), {
        begin,
        bucket: BUCKET,
        again: (message) => send({ queueUrl: "ingest", ...message }),
        work,
      });
      return new Set(batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier)));
    };
  };
}

const NONE: ReadonlySet<number> = new Set();

/** `entry/lambda-work.ts`; of the jobs there are only those that pack the timeline, and what a look through all of it asks for. */
export function workFunction(cloud: Cloud): Open {
  const { clock, library, neon } = cloud;
  return (process) => {
    const { ctx, send, begin } = open(cloud, process);
    /** `jobs/timeline.ts`, with what packing takes. */
    const timeline = async (): Promise<void> => {
      await neon.query(process);
      const since = clock.now() - library.head.refreshedAt;
      const runAt = new Date(library.head.refreshedAt + 1000);
      if (since < 1000) return ctx.queue.enqueue([{ kind: "timeline", payload: { ownerId: OWNER }, dedupe: OWNER, runAt }]);
      await neon.transaction(process, async (tx) => {
        await tx.lock("head");
        await tx.statements(2);
        const months = [...library.dirty].toSorted((a, b) => b - a).slice(0, 12);
        for (const month of months) await tx.lock(`month ${month}`);
        for (const month of months) {
          await tx.statements(2);
          const { packMs } = library.measured;
          await wait(clock, process, packMs.month + packMs.photo * (library.months[month] ?? 0));
          library.dirty.delete(month);
        }
        library.head.refreshedAt = clock.now();
      });
    };
    return async (letters, msLeft) => {
      await answerWakes(ctx, eventOf(letters), contextOf(msLeft), {
        begin,
        kinds: { timeline: { run: timeline, concurrency: 1 }, purge: { run: () => neon.query(process), concurrency: 1 } },
        send: (message) => send({ queueUrl: "wake", ...message }),
        mostDelayMs: MOST_DELAY_MS,
      });
      return NONE;
    };
  };
}

/** `entry/lambda-cron.ts`. */
export function cron(cloud: Cloud, process: Process): Promise<boolean> {
  const { ctx, send } = open(cloud, process);
  return answerClock(ctx, (message) => send({ queueUrl: "wake", ...message }));
}
