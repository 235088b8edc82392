import { once } from "node:events";
import { AppError } from "@tintype/core/kernel";
import type { Driver, Result, Statement } from "./db-drizzle.ts";
import { toWire } from "./db-values.ts";
import type { Failure, Reply, Request, Setup } from "./pglite-worker.ts";
import { startThread } from "./thread.ts";

/** PGlite in its thread as a driver, until `close`, which writes a checkpoint. */
export type PgliteThread = Driver & { close(): Promise<void> };

type Waiting = { resolve(result: Result): void; reject(error: unknown): void };

/** Starts the thread and opens the cluster. When the thread is lost, everything from then on throws `database_unavailable`. */
export async function startPglite(setup: Setup): Promise<PgliteThread> {
  const thread = startThread(import.meta.url, "pglite-worker", { workerData: setup });
  const waiting = new Map<number, Waiting>();
  let lost: AppError | undefined;
  let lastId = 0;

  const lose = (cause: unknown): void => {
    lost ??= new AppError("database_unavailable", "The embedded database has stopped.", { cause });
    for (const asked of waiting.values()) asked.reject(lost);
    waiting.clear();
  };
  thread.on("error", lose);
  thread.on("exit", () => lose(undefined));
  thread.on("message", (reply: Reply) => {
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ("error" in reply) asked?.reject(unflatten(reply.error));
    else asked?.resolve(reply.result);
  });

  const receive = (id: number): Promise<Result> =>
    lost ? Promise.reject(lost) : new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  const send = (statement: Statement | "close"): Promise<Result> => {
    const id = ++lastId;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    thread.postMessage({ id, statement } satisfies Request);
    return receive(id);
  };
  const post = (statement: Statement): Promise<Result> => send({ ...statement, params: statement.params.map(toWire) });

  await receive(0);
  const turn = createTurns();
  return {
    /** Sent in its turn, not awaited in it: the thread keeps the order, and statements of several callers overlap. */
    run: async (statement) => {
      const release = await turn();
      const result = post(statement);
      release();
      return result;
    },
    session: async (work) => {
      const release = await turn();
      return work(post).finally(release);
    },
    close: async () => {
      await turn();
      const gone = once(thread, "exit");
      await send("close");
      await thread.terminate();
      await gone;
    },
  };
}

/** First come, first served: the promise is fulfilled when it is one's turn, with the function that ends it. */
function createTurns(): () => Promise<() => void> {
  let last: Promise<void> = Promise.resolve();
  return async () => {
    const before = last;
    let end = (): void => undefined;
    last = new Promise((resolve) => (end = resolve));
    await before;
    return end;
  };
}

function unflatten({ message, ...fields }: Failure): Error {
  return Object.assign(new Error(message), fields);
}
