import { AppError } from "@tintype/core/kernel";
import type { Driver, Result, Run, Statement } from "./db-drizzle.ts";
import { databaseError } from "./db-error.ts";
import { toWire } from "./db-values.ts";
import type { Setup } from "./pglite-cluster.ts";
import type { Failure, Reply, Request } from "./pglite-worker.ts";
import { startThread } from "./thread.ts";

/** PGlite in its thread as a driver, until `close`, which writes a checkpoint. */
export type PgliteThread = Driver & { close: () => Promise<void> };

/**
 * Opens the cluster in a thread. When PGlite fails, the statements under way throw `database_unavailable` (`storage_full` when a
 * full disk ended it), and the next one opens the cluster again, which recovers it as after a crash. A cluster in memory is lost for good.
 */
export async function startPglite(setup: Setup): Promise<PgliteThread> {
  let connection = await connect(setup);
  let closed = false;
  const turn = createTurns();

  /** The thread to talk to; called in one's turn, so that no two are ever open. */
  const current = async (): Promise<Connection> => {
    if (closed) throw new AppError("database_unavailable", "The embedded database is closed.");
    if (connection.isLost() && setup.dir !== undefined) {
      await connection.end();
      connection = await connect(setup);
    }
    return connection;
  };

  return {
    run: async (statement) => {
      const release = await turn();
      let answer: Promise<Result>;
      try {
        // Sent in its turn but not awaited in it: the thread keeps the order, and the statements of several callers overlap.
        answer = (await current()).run(statement);
      } finally {
        release();
      }
      return answer;
    },
    session: async (work) => {
      const release = await turn();
      try {
        return await work((await current()).run);
      } finally {
        release();
      }
    },
    close: async () => {
      const release = await turn();
      closed = true;
      try {
        if (!connection.isLost()) await connection.shutDown();
      } finally {
        await connection.end();
        release();
      }
    },
  };
}

type Connection = { run: Run; isLost: () => boolean; shutDown: () => Promise<unknown>; end: () => Promise<unknown> };
type Waiting = { resolve: (result: Result) => void; reject: (error: unknown) => void };

async function connect(setup: Setup): Promise<Connection> {
  const thread = startThread(import.meta.url, "pglite-worker", { workerData: setup });
  const waiting = new Map<number, Waiting>();
  let lost: AppError | undefined;
  let lastId = 0;

  const lose = (cause: unknown): void => {
    lost ??= stopped(cause);
    for (const asked of waiting.values()) asked.reject(lost);
    waiting.clear();
  };
  thread.on("error", lose);
  thread.on("exit", () => lose(undefined));
  thread.on("message", (reply: Reply) => {
    const asked = waiting.get(reply.id);
    if ("error" in reply && reply.error.isFatal) return lose(unflatten(reply.error));
    waiting.delete(reply.id);
    if ("error" in reply) asked?.reject(databaseError(unflatten(reply.error)));
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

  try {
    await receive(0);
  } catch (error) {
    await thread.terminate();
    throw error;
  }
  return {
    run: async (statement) => send({ ...statement, params: statement.params.map(toWire) }),
    isLost: () => lost !== undefined,
    shutDown: () => send("close"),
    end: () => thread.terminate(),
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

/** Why there is no database any more: the full disk that ended it, or whatever else it was. */
function stopped(cause: unknown): AppError {
  const error = databaseError(cause);
  if (error instanceof AppError && error.code === "storage_full") return error;
  return new AppError("database_unavailable", "The embedded database has stopped.", { cause });
}

function unflatten({ message, code, constraint }: Failure): Error {
  return Object.assign(new Error(message), { code, constraint });
}
