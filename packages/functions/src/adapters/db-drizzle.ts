import type { Database } from "@tintype/core/kernel";
import { DrizzleQueryError } from "drizzle-orm/errors";
import { PgDialect } from "drizzle-orm/pg-core";
import { PgRemoteDatabase, PgRemoteSession, type RemoteCallback } from "drizzle-orm/pg-proxy";

/** One statement with `$1`-style parameters; rows come as arrays in column order, or as objects by column name. */
export type Statement = { sql: string; params: readonly unknown[]; rowMode: "array" | "object" };
export type Result = { rows: unknown[]; rowCount: number };
export type Run = (statement: Statement) => Promise<Result>;

/** What a Postgres driver must give: statements on their own, and a connection of one's own for a transaction. */
export type Driver = {
  run: Run;
  session<T>(work: (run: Run) => Promise<T>): Promise<T>;
};

/** An open database; `close` when done. */
export type OpenDatabase = { db: Database; close: () => Promise<void> };

type Hook = () => void;
type Session = PgRemoteSession<Record<string, never>, Record<string, never>>;

/** The Database port over a driver. One implementation of `tx` serves all drivers, so all behave the same. */
export function createDatabase(driver: Driver): Database {
  return port(driver.run, {
    tx: async (work) => {
      const hooks: Hook[] = [];
      const result = await driver.session((run) => transaction(run, 0, hooks, work));
      for (const hook of hooks) hook();
      return result;
    },
    afterCommit: (hook) => queueMicrotask(hook),
  });
}

/** Runs `work` in a transaction (depth 0) or in a savepoint inside one; hooks are handed up only when it succeeds. */
async function transaction<T>(run: Run, depth: number, hooks: Hook[], work: (db: Database) => Promise<T>): Promise<T> {
  const name = `s${depth}`;
  await run(command(depth === 0 ? "begin isolation level read committed" : `savepoint ${name}`));
  const mine: Hook[] = [];
  const scope = openScope(run);
  try {
    const result = await work(
      port(scope.run, {
        tx: (inner) => scope.nest(() => transaction(run, depth + 1, mine, inner)),
        afterCommit: (hook) => mine.push(hook),
      }),
    );
    scope.close();
    await run(command(depth === 0 ? "commit" : `release savepoint ${name}`));
    hooks.push(...mine);
    return result;
  } catch (error) {
    scope.abandon();
    // The first error is the one to tell; a connection that cannot roll back is dropped by its driver.
    await run(command(depth === 0 ? "rollback" : `rollback to savepoint ${name}`)).catch(() => undefined);
    throw error;
  }
}

/** Guards the handle of a transaction: not after its end, not beside an open savepoint, and no swallowed failure. */
function openScope(run: Run) {
  let over = false;
  let nested = 0;
  let turn: Promise<unknown> = Promise.resolve();
  let failure: { error: unknown } | undefined;
  return {
    run: async (statement: Statement): Promise<Result> => {
      if (over) throw new Error("The transaction is over: a statement was not awaited.");
      if (nested > 0) throw new Error("A savepoint is open: use the db that its work was given.");
      try {
        return await run(statement);
      } catch (error) {
        failure ??= { error };
        throw error;
      }
    },
    /** Savepoints share one connection, so those asked for together run one after another. */
    nest: <T>(work: () => Promise<T>): Promise<T> => {
      const result = turn.then(() => {
        if (over) throw new Error("The transaction is over: a nested one was not awaited.");
        nested++;
        return work().finally(() => nested--);
      });
      turn = result.catch(() => undefined);
      return result;
    },
    /** Postgres answers COMMIT after a failed statement with a silent rollback; this makes it an error. */
    close: () => {
      over = true;
      if (failure) throw failure.error;
    },
    abandon: () => {
      over = true;
    },
  };
}

function command(sql: string): Statement {
  return { sql, params: [], rowMode: "array" };
}

function port(run: Run, rest: Pick<Database, "tx" | "afterCommit">): Database {
  const callback: RemoteCallback = async (sql, params, method) => {
    if (method === "execute") return rawResult(await run({ sql, params, rowMode: "object" }));
    return run({ sql, params, rowMode: "array" });
  };
  const dialect = new PgDialect();
  const db = new PgRemoteDatabase(dialect, withBareErrors(new PgRemoteSession(callback, dialect, undefined)), undefined);
  return Object.assign(asQueries(db), rest);
}

/** pg-proxy hands the `rows` of a raw statement to the caller as they are: guarantees that what `execute` gives is the port's result. */
function rawResult(result: Result): { rows: unknown[] } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return { rows: result as unknown as unknown[] };
}

/** Guarantee: with `rawResult`, `execute` resolves to the port's result type; all else of the builder is the same class. */
function asQueries(db: PgRemoteDatabase): Omit<Database, "tx" | "afterCommit"> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return db as unknown as Omit<Database, "tx" | "afterCommit">;
}

/** Lets the driver's own error through: drizzle's wrapper puts every parameter, passwords and tokens too, into its message. */
function withBareErrors(session: Session): Session {
  const prepare = session.prepareQuery.bind(session);
  session.prepareQuery = (...given) => {
    const query = prepare(...given);
    const execute = query.execute.bind(query);
    query.execute = (values) =>
      execute(values).catch((error: unknown) => {
        throw error instanceof DrizzleQueryError ? (error.cause ?? error) : error;
      });
    return query;
  };
  return session;
}
