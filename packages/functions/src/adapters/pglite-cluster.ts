import { PGlite, protocol } from "@electric-sql/pglite";
import type { Result, Statement } from "./db-drizzle.ts";
import { fromWire } from "./db-values.ts";
import { durableFiles, readTemplate, unpackTemplate } from "./pglite-files.ts";

/** `dir` is the cluster's folder, made from `template` when it is not there; without `dir` the cluster is in memory. */
export type Setup = { dir?: string; template: string };

/**
 * PGlite's own parameters switch fsync off (-F); here it stays on and `durableFiles` makes it real, so an acknowledged commit survives a
 * power cut. The method is `fsync` because Emscripten's fdatasync does nothing. One user needs no JIT and little spare WAL.
 */
const START = PGlite.defaultStartParams
  .filter((parameter) => parameter !== "-F")
  .concat(["fsync=on", "wal_sync_method=fsync", "jit=off", "min_wal_size=32MB", "max_wal_size=64MB"].flatMap((setting) => ["-c", setting]));

/** Opens a cluster in this thread; after a crash it recovers first. */
export async function openCluster({ dir, template }: Setup): Promise<PGlite> {
  if (dir === undefined) return PGlite.create({ startParams: START, loadDataDir: new Blob([readTemplate(template)]) });
  unpackTemplate(template, dir);
  return PGlite.create({ startParams: START, fs: durableFiles(dir) });
}

/**
 * Runs one statement. Its five messages go to Postgres at once, with types left to Postgres and everything in text format: PGlite's own
 * `query` goes there and back for each, and takes more than twice as long.
 */
export async function execute(pg: PGlite, { sql, params, rowMode }: Statement): Promise<Result> {
  const { parse, bind, describe, execute: run, sync } = protocol.serialize;
  const message = Buffer.concat([
    parse({ text: sql }),
    bind({ values: params.map(asParameter) }),
    describe({ type: "P" }),
    run({}),
    sync(),
  ]);
  const { messages } = await pg.runExclusive(() => pg.execProtocol(message));
  let fields: readonly { name: string; dataTypeID: number }[] = [];
  const rows: unknown[] = [];
  let rowCount = 0;
  for (const said of messages) {
    if (said instanceof protocol.messages.RowDescriptionMessage) ({ fields } = said);
    else if (said instanceof protocol.messages.DataRowMessage) rows.push(rowOf(fields, said.fields, rowMode));
    else if (said instanceof protocol.messages.CommandCompleteMessage) rowCount = Number(/\d+$/u.exec(said.text)?.[0] ?? 0);
  }
  return { rows, rowCount };
}

/** What is not null is text already. */
function asParameter(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function rowOf(
  fields: readonly { name: string; dataTypeID: number }[],
  texts: readonly (string | null)[],
  rowMode: Statement["rowMode"],
): unknown {
  const values = texts.map((text, i) => (text === null ? null : fromWire(fields[i]?.dataTypeID ?? 0, text)));
  return rowMode === "array" ? values : Object.fromEntries(fields.map(({ name }, i) => [name, values[i]]));
}

/** Writes everything to its place, so that the next start has nothing to recover. */
export async function closeCluster(pg: PGlite): Promise<void> {
  await pg.query("checkpoint");
  await pg.close();
}
