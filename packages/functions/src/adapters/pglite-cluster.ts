import { PGlite } from "@electric-sql/pglite";
import type { Result, Statement } from "./db-drizzle.ts";
import { PARSERS } from "./db-values.ts";
import { durableFiles, readTemplate, unpackTemplate } from "./pglite-files.ts";

/** `dir` is the cluster's folder, made from `template` when it is not there; without `dir` the cluster is in memory. */
export type Setup = { dir?: string; template: string };

const asIs = (text: string): string => text;
/** PGlite would make Dates of these. */
const parsers = { ...PARSERS, 1082: asIs, 1114: asIs, 1184: asIs };
/** Parameters are in Postgres's text format already. */
const serializers = Object.fromEntries(
  [16, 17, 20, 21, 23, 25, 26, 114, 700, 701, 1042, 1043, 1082, 1114, 1184, 3802].map((oid) => [oid, asIs]),
);

/**
 * PGlite's own parameters switch fsync off (-F); here it stays on and `durableFiles` makes it real, so an acknowledged commit survives a
 * power cut. The method is `fsync` because Emscripten's fdatasync does nothing. One user needs no JIT and little spare WAL.
 */
const START = PGlite.defaultStartParams
  .filter((parameter) => parameter !== "-F")
  .concat(["fsync=on", "wal_sync_method=fsync", "jit=off", "min_wal_size=32MB", "max_wal_size=64MB"].flatMap((setting) => ["-c", setting]));

/** Opens a cluster in this thread; after a crash it recovers first. */
export async function openCluster({ dir, template }: Setup): Promise<PGlite> {
  const options = { startParams: START, serializers };
  if (dir === undefined) return PGlite.create({ ...options, loadDataDir: new Blob([readTemplate(template)]) });
  unpackTemplate(template, dir);
  return PGlite.create({ ...options, fs: durableFiles(dir) });
}

/** Runs one statement. */
export async function execute(pg: PGlite, { sql, params, rowMode }: Statement): Promise<Result> {
  const { rows, rowCount } = await pg.query(sql, [...params], { rowMode, parsers });
  return { rows, rowCount: rowCount ?? 0 };
}

/** Writes everything to its place, so that the next start has nothing to recover. */
export async function closeCluster(pg: PGlite): Promise<void> {
  await pg.query("checkpoint");
  await pg.close();
}
