import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

type Queries = Omit<PgDatabase<PgQueryResultHKT>, "transaction">;

/**
 * The Database port: drizzle's query builder, plus `tx`. Adapters: PGlite, node-postgres, neon-http with neon-serverless.
 * `tx` is all or nothing, runs at READ COMMITTED, and inside it `tx` nests as a savepoint.
 */
export type Database = Queries & {
  tx<T>(work: (db: Database) => Promise<T>): Promise<T>;
};
