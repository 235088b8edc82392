import { parentPort, workerData } from "node:worker_threads";
import type { Result, Statement } from "./db-drizzle.ts";
import { closeCluster, execute, openCluster, type Setup } from "./pglite-cluster.ts";

/** A statement, its parameters in Postgres's text format; or `close`. */
export type Request = { id: number; statement: Statement | "close" };
/** `id` 0 tells how opening went. An error is flattened, because a clone drops its fields. */
export type Reply = { id: number } & ({ result: Result } | { error: Failure });
export type Failure = { message: string; code?: string; constraint?: string; isFatal: boolean };

const NOTHING: Result = { rows: [], rowCount: 0 };

/** Fatal is what ends PGlite: a panic of Postgres, and any error that is not Postgres's own. */
function flatten(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error), isFatal: true };
  const { message, code, constraint, severity } = error as Error & { code?: unknown; constraint?: unknown; severity?: unknown };
  return {
    message,
    ...(typeof code === "string" && { code }),
    ...(typeof constraint === "string" && { constraint }),
    isFatal: typeof code !== "string" || severity === "PANIC" || severity === "FATAL",
  };
}

/** The thread in which PGlite runs, so that a query blocks this event loop and not the server's. After a fatal error it does no more. */
function serve(port: NonNullable<typeof parentPort>, setup: Setup): void {
  const opening = openCluster(setup);
  const answer = (id: number, work: Promise<Result>): Promise<void> =>
    work.then(
      (result) => port.postMessage({ id, result } satisfies Reply),
      (error: unknown) => port.postMessage({ id, error: flatten(error) } satisfies Reply),
    );
  void answer(
    0,
    opening.then(() => NOTHING),
  );
  port.on("message", ({ id, statement }: Request) => {
    const work = opening.then((pg) => (statement === "close" ? closeCluster(pg).then(() => NOTHING) : execute(pg, statement)));
    void answer(id, work);
  });
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- startPglite gives no other
if (parentPort) serve(parentPort, workerData as Setup);
