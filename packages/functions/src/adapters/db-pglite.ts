import { mkdirSync, statfsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError, type Database } from "@tintype/core/kernel";
import { type FolderLock, LockedError, lockFolder } from "@tintype/s3/lock";
import { sql } from "drizzle-orm";
import { createDatabase, type OpenDatabase } from "./db-drizzle.ts";
import { guard } from "./db-guard.ts";
import { migrate, type Migration } from "./db-migrate.ts";
import { readMigrations } from "./migrations.ts";
import { type PgliteThread, startPglite } from "./pglite-thread.ts";

export type PgliteOptions = {
  /** The state folder: the cluster is its `db`, the lock its `lock`. In memory when absent. */
  folder?: string;
  /** What the user calls that folder; default its path. */
  known?: string;
  migrations?: readonly Migration[];
  /** Path of the packed empty cluster. */
  template?: string;
  /** Pause between rounds of housekeeping, in ms. */
  tidyEvery?: number;
};

const TEMPLATE = fileURLToPath(new URL("../../template/pglite.tar.br", import.meta.url));
const TIDY_EVERY = 60_000;
/** Bytes that a start may write: a segment of the log and the checkpoint. */
const LEAST_ROOM = 32 * 2 ** 20;
/** Bytes of WAL after which a checkpoint is worth its writes. */
const CHECKPOINT_AFTER = 16 * 2 ** 20;

/**
 * Opens the embedded Postgres (PGlite in a worker thread) with all migrations applied. A commit is on the disk when it is acknowledged.
 * Throws AppError `conflict` when another process uses the folder, or when a newer version made the database, and `invalid` when its files
 * are damaged.
 */
export async function openPglite(options: PgliteOptions = {}): Promise<OpenDatabase> {
  const { folder, known = folder, template = TEMPLATE, migrations = readMigrations(), tidyEvery = TIDY_EVERY } = options;
  const lock = folder === undefined ? undefined : await lockState(folder, known);
  try {
    const pglite = folder === undefined ? await startPglite({ template }) : await openOnDisk(template, join(folder, "db"));
    const db = createDatabase(guard(pglite));
    await migrate(db, migrations);
    const stopTidying = tidyRegularly(db, tidyEvery);
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      await stopTidying();
      await pglite.close();
      await lock?.release();
    };
    return { db, close: () => (closing ??= close()) };
  } catch (error) {
    await lock?.release();
    throw error;
  }
}

async function openOnDisk(template: string, dir: string): Promise<PgliteThread> {
  try {
    return await startPglite({ template, dir });
  } catch (cause) {
    if (isFull(dir)) {
      throw new AppError("storage_full", `The disk that ${dir} is on is full. Free some space and start again: nothing is lost.`, {
        cause,
      });
    }
    const said = firstCause(cause).replace(/\.$/u, "");
    throw new AppError(
      "invalid",
      `The database in ${dir} cannot be opened (${said}). Your photos are not in it. Put back a copy of that folder, or move it away: ` +
        `then Tintype starts with a new one and, once there is an account of the same name, reads the photos again.`,
      { cause },
    );
  }
}

/** Whether the cluster cannot be opened for want of room: Postgres writes before it is ready, and the embedded one only says that it stopped. */
function isFull(dir: string): boolean {
  const { bavail, bsize } = statfsSync(dirname(dir));
  return bavail * bsize < LEAST_ROOM;
}

function firstCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : firstCause(error.cause);
}

async function lockState(folder: string, known: string | undefined): Promise<FolderLock> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    return await lockFolder(folder);
  } catch (cause) {
    if (!(cause instanceof LockedError)) throw cause;
    const holder = cause.pid === undefined ? "" : ` (pid ${cause.pid})`;
    throw new AppError("conflict", `Another Tintype${holder} is already using this folder: ${known}`, { cause });
  }
}

/** What a server's background processes do and the embedded Postgres has not: checkpoints, vacuum and statistics. */
function tidyRegularly(db: Database, every: number): () => Promise<void> {
  let stopped = false;
  let round: Promise<void> = Promise.resolve();
  let since = 0;
  const timer = setInterval(() => {
    round = round.then(async () => {
      if (!stopped) since = await tidy(db, since);
    });
    // A lost database tells every caller itself; housekeeping has nothing to add.
    round = round.catch(() => undefined);
  }, every).unref();
  return async () => {
    stopped = true;
    clearInterval(timer);
    await round;
  };
}

/** One round; `since` is the WAL position of the last checkpoint, and so is the result. */
async function tidy(db: Database, since: number): Promise<number> {
  const tables = await db.execute<{ name: string }>(sql`
    select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables
    where n_dead_tup > 1000 + 0.2 * n_live_tup or n_mod_since_analyze > 1000 + 0.1 * n_live_tup`);
  for (const { name } of tables.rows) await db.execute(sql.raw(`vacuum (analyze) ${name}`));
  const { rows } = await db.execute<{ position: number }>(sql`select (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::float8 as position`);
  const position = rows[0]?.position ?? 0;
  if (position - since < CHECKPOINT_AFTER) return since;
  await db.execute(sql`checkpoint`);
  return position;
}
