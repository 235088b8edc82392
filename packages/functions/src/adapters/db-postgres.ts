import { setTimeout as sleep } from "node:timers/promises";
import { isOutage, type Log } from "@tintype/core/kernel";
import pg from "pg";
import { createDatabase, type Driver, type OpenDatabase } from "./db-drizzle.ts";
import { databaseError, isRefusal, refusal } from "./db-error.ts";
import { guard } from "./db-guard.ts";
import { migrate, type Migration } from "./db-migrate.ts";
import { runOn } from "./db-query.ts";
import { readMigrations } from "./migrations.ts";

export type PostgresOptions = {
  /** `postgres://user:password@host/database`, with `sslmode` where it is wanted. */
  url: string;
  /** All of ours when absent; with none the database is left as it is. */
  migrations?: readonly Migration[];
  /** Most connections at a time. */
  connections?: number;
  /** How long a statement may take: 30 s when absent. */
  answerMs?: number;
  log?: Log;
};

/** For a connection, be it a new one or one that is free. */
const CONNECT_MS = 10_000;
/** None of our statements takes that long, but for those over a whole table; a line that swallows everything, without an end, does. */
const ANSWER_MS = 30_000;

/** Opens a Postgres of any kind through a pool of connections, with all migrations applied. Throws `database_unavailable`. */
export async function openPostgres(options: PostgresOptions): Promise<OpenDatabase> {
  const { url, migrations = readMigrations(), connections = 10, answerMs = ANSWER_MS, log } = options;
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    application_name: "tintype",
  });
  // The pool drops an idle connection that broke; without a listener the process would end.
  pool.on("error", (error) => log?.warn("database.connection.lost", { error }));
  // What ends a connection may come in one packet with what made it, before whoever asked for it can listen.
  pool.on("connect", (client) => client.on("error", (error) => log?.debug("database.connection.broke", { error })));
  try {
    // A migration takes as long as it takes, and waits for that of another process.
    if (migrations.length > 0) await migrate(createDatabase(driverOn(pool)), migrations);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return { db: createDatabase(guard(driverOn(pool, answerMs))), close: () => pool.end() };
}

function driverOn(pool: pg.Pool, answerMs = Infinity): Driver {
  return {
    run: runOn(pool, answerMs),
    session: async (work) => {
      const client = await pool.connect().catch((error: unknown) => {
        throw databaseError(error);
      });
      let broken = false;
      const onError = (): void => {
        broken = true;
      };
      client.on("error", onError);
      const run = runOn(client, answerMs);
      try {
        return await work((statement) =>
          run(statement).catch((error: unknown) => {
            // Its answer may still come, and would be taken for the next one's: nothing more is asked here, not even a rollback.
            if (isOutage(error)) {
              broken = true;
              void client.end().catch(() => undefined);
            }
            throw error;
          }),
        );
      } finally {
        client.off("error", onError);
        client.release(broken);
      }
    },
  };
}

const PATIENCE_MS = 60_000;

/** Opens a Postgres that may still be starting: see `patiently`. */
export function awaitPostgres(options: PostgresOptions): Promise<OpenDatabase> {
  return patiently(() => openPostgres(options), options.log);
}

/**
 * Does a part of a start that needs Postgres, again for as long as that is away or still starting, as all things are together after a power cut;
 * gives up after a minute. Throws as the work does, and AppError `invalid` when Postgres does not let us in.
 */
export async function patiently<T>(work: () => Promise<T>, log?: Log): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; ;) {
    try {
      return await work();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (isRefusal(error)) throw refusal(error);
      // Just after its start it answers that it is starting.
      if (!isOutage(error) || Date.now() > end) throw error;
      log?.warn("database.awaited", { reason: message });
      await sleep(1000);
    }
  }
}
