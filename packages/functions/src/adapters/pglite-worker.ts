import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import type { Result, Statement } from "./db-drizzle.ts";
import { PARSERS } from "./db-values.ts";
import { durableFiles, readTemplate, unpackTemplate } from "./pglite-files.ts";

/** How the thread is set up: `dir` is PGlite's own folder, in memory when absent; `template` the packed empty cluster. */
export type Setup = { dir?: string; template: string };
/** A statement, its parameters in Postgres's text format; or `close`. */
export type Request = { id: number; statement: Statement | "close" };
/** `id` 0 tells how opening went. An error is flattened, because a clone drops its fields. */
export type Reply = { id: number } & ({ result: Result } | { error: Failure });
export type Failure = { message: string; code?: string; constraint?: string };

const asIs = (text: string): string => text;
const parsers = { ...PARSERS, 1082: asIs, 1114: asIs, 1184: asIs };
const serializers = Object.fromEntries(
  [16, 17, 20, 21, 23, 25, 26, 114, 700, 701, 1042, 1043, 1082, 1114, 1184, 3802].map((oid) => [oid, asIs]),
);

/**
 * PGlite's own parameters switch fsync off (-F); here it stays on and `durableFiles` makes it real, so a commit survives a power cut.
 * The method is `fsync` because Emscripten's fdatasync does nothing. One user needs no JIT.
 */
const START = PGlite.defaultStartParams
  .filter((parameter) => parameter !== "-F")
  .concat(["fsync=on", "wal_sync_method=fsync", "jit=off"].flatMap((setting) => ["-c", setting]));

async function open({ dir, template }: Setup): Promise<PGlite> {
  const options = { startParams: START, serializers };
  if (dir === undefined) return PGlite.create({ ...options, loadDataDir: new Blob([readTemplate(template)]) });
  unpackTemplate(template, dir);
  return PGlite.create({ ...options, fs: durableFiles(dir) });
}

async function execute(pg: PGlite, statement: Statement | "close"): Promise<Result> {
  if (statement === "close") {
    await pg.query("checkpoint");
    await pg.close();
    return { rows: [], rowCount: 0 };
  }
  const { rows, rowCount } = await pg.query(statement.sql, [...statement.params], { rowMode: statement.rowMode, parsers });
  return { rows, rowCount: rowCount ?? 0 };
}

function flatten(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, code, constraint } = error as Error & { code?: unknown; constraint?: unknown };
  return { message, ...(typeof code === "string" && { code }), ...(typeof constraint === "string" && { constraint }) };
}

/** The thread in which PGlite runs, so that a query blocks this event loop and not the server's. */
function serve(port: NonNullable<typeof parentPort>, setup: Setup): void {
  const opening = open(setup);
  const answer = (id: number, work: Promise<Result>): Promise<void> =>
    work.then(
      (result) => port.postMessage({ id, result } satisfies Reply),
      (error: unknown) => port.postMessage({ id, error: flatten(error) } satisfies Reply),
    );
  void answer(
    0,
    opening.then(() => ({ rows: [], rowCount: 0 })),
  );
  port.on("message", ({ id, statement }: Request) => {
    void answer(
      id,
      opening.then((pg) => execute(pg, statement)),
    );
  });
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- startPglite gives no other
if (parentPort) serve(parentPort, workerData as Setup);
