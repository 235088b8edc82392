import type { Log } from "@tintype/core/kernel";
import pg from "pg";
import { createDatabase, type OpenDatabase } from "./db-drizzle.ts";
import { databaseError } from "./db-error.ts";
import { guard } from "./db-guard.ts";
import { migrate, type Migration } from "./db-migrate.ts";
import { runOn } from "./db-query.ts";
import { readMigrations } from "./migrations.ts";

export type PostgresOptions = {
  /** `postgres://user:password@host/database`, with `sslmode` where it is wanted. */
  url: string;
  migrations?: readonly Migration[];
  /** Most connections at a time. */
  connections?: number;
  log?: Log;
};

/** Opens a Postgres of any kind through a pool of connections, with all migrations applied. Throws `database_unavailable`. */
export async function openPostgres(options: PostgresOptions): Promise<OpenDatabase> {
  const { url, migrations = readMigrations(), connections = 10, log } = options;
  const pool = new pg.Pool({ connectionString: url, max: connections, connectionTimeoutMillis: 10_000, application_name: "tintype" });
  // The pool drops an idle connection that broke; without a listener the process would end.
  pool.on("error", (error) => log?.warn("database.connection.lost", { error }));
  const db = createDatabase(
    guard({
      run: runOn(pool),
      session: async (work) => {
        const client = await pool.connect().catch((error: unknown) => {
          throw databaseError(error);
        });
        let broken = false;
        const onError = (): void => {
          broken = true;
        };
        client.on("error", onError);
        try {
          return await work(runOn(client));
        } finally {
          client.off("error", onError);
          client.release(broken);
        }
      },
    }),
  );
  try {
    await migrate(db, migrations);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return { db, close: () => pool.end() };
}
