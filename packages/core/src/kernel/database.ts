import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

/** What `execute` gives for a raw statement; `rowCount` counts the rows returned, or changed when none are returned. */
type QueryResult<Row> = { rows: Row[]; rowCount: number };

// oxlint-disable-next-line typescript/consistent-type-definitions -- drizzle fills in `this["row"]`, which only an interface has
interface QueryResultHKT extends PgQueryResultHKT {
  type: QueryResult<this["row"]>;
}

type Queries = Omit<PgDatabase<QueryResultHKT>, "transaction" | "$count">;

/**
 * The Database port: drizzle's query builder, plus `tx` and `together`. Adapters: PGlite, node-postgres, neon-http with neon-serverless.
 * A failed statement throws the driver's own error (see `isUniqueViolation`); a lost connection throws `database_unavailable`.
 */
export type Database = Queries & {
  /**
   * All or nothing, at READ COMMITTED; inside it `tx` nests as a savepoint. Within `work` only the db that it is given may be used:
   * the outer one is a bug that throws. A failed statement that `work` swallows still fails the transaction.
   */
  tx<T>(work: (db: Database) => Promise<T>): Promise<T>;
  /**
   * Reads that do not need each other, in one round trip where the driver can, and of one moment: `work` starts them on the db that it is given,
   * which takes no writes and no `tx`. What one of them asks after its answer goes in a further round, with what the others ask then. Within it,
   * another `together` joins it.
   */
  together<T extends readonly unknown[]>(work: (db: Database) => { [K in keyof T]: PromiseLike<T[K]> }): Promise<T>;
  /** Calls `hook` once the work so far is committed: soon when outside a transaction, never when that rolls back. */
  afterCommit(hook: () => void): void;
};

const UNIQUE_VIOLATION = "23505";

/** Whether `error` tells that a row with the same key exists; of the named constraint or unique index when given. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof Error)) return false;
  const { code, constraint: violated } = error as Error & { code?: unknown; constraint?: unknown };
  return code === UNIQUE_VIOLATION && (constraint === undefined || violated === constraint);
}
