import type { Database } from "@tintype/core/kernel";
import { DrizzleQueryError } from "drizzle-orm/errors";
import { PgDialect } from "drizzle-orm/pg-core";
import { PgRemoteDatabase, PgRemoteSession, type RemoteCallback } from "drizzle-orm/pg-proxy";

/** One statement with `$1`-style parameters; rows come as arrays in column order, or as objects by column name. */
export type Statement = { sql: string; params: readonly unknown[]; rowMode: "array" | "object" };
export type Result = { rows: unknown[]; rowCount: number };
export type Run = (statement: Statement) => Promise<Result>;

/** What a Postgres driver must give: statements on their own, several that read at one moment, and a connection of one's own for a transaction. */
export type Driver = {
  run: Run;
  /** Results in the order of the statements. Without it they run one after the other in a transaction. */
  read?: (statements: readonly Statement[]) => Promise<Result[]>;
  session<T>(work: (run: Run) => Promise<T>): Promise<T>;
};

/** An open database; `close` when done. */
export type OpenDatabase = { db: Database; close: () => Promise<void> };

type Hook = () => void;
type Rest = Pick<Database, "tx" | "together" | "afterCommit">;
type Session = PgRemoteSession<Record<string, never>, Record<string, never>>;

/** The Database port over a driver. One implementation of `tx` serves all drivers, so all behave the same. */
export function createDatabase(driver: Driver): Database {
  return port(driver.run, {
    together: (work) => together(driver.read ?? readOn(driver), work),
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
        together: (inner) => together((statements) => oneByOne(scope.run, statements), inner),
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

/** Statements of one moment, where a driver has no better way. */
function readOn(driver: Driver): (statements: readonly Statement[]) => Promise<Result[]> {
  return (statements) =>
    driver.session(async (run) => {
      await run(command("begin isolation level repeatable read read only"));
      try {
        return await oneByOne(run, statements);
      } finally {
        // Nothing was written; a connection that cannot end it is dropped by its driver.
        await run(command("rollback")).catch(() => undefined);
      }
    });
}

async function oneByOne(run: Run, statements: readonly Statement[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const statement of statements) results.push(await run(statement));
  return results;
}

type Waiting = { statement: Statement; resolve: (result: Result) => void; reject: (error: unknown) => void };

/** Sends what is asked when all that is under way waits for an answer. */
async function together<T extends readonly unknown[]>(
  read: (statements: readonly Statement[]) => Promise<Result[]>,
  work: (db: Database) => { [K in keyof T]: PromiseLike<T[K]> },
): Promise<T> {
  let [waiting, underWay]: [Waiting[], number] = [[], Infinity];
  const sendWhenAllWait = async (): Promise<void> => {
    if (waiting.length < underWay) return;
    // What is started at the same time is here by then.
    await Promise.resolve();
    if (waiting.length === 0) return;
    const sent = waiting;
    waiting = [];
    read(sent.map(({ statement }) => statement)).then(
      (results) => {
        for (const [i, { resolve, reject }] of sent.entries()) {
          const result = results[i];
          if (result) resolve(result);
          else reject(new Error("an answer is missing"));
        }
      },
      (error: unknown) => {
        for (const { reject } of sent) reject(error);
      },
    );
  };
  const run: Run = (statement) =>
    new Promise((resolve, reject) => {
      waiting.push({ statement, resolve, reject });
      void sendWhenAllWait();
    });
  const db: Database = port(run, { tx: refuse, together: (inner) => all(inner(db)), afterCommit: refuse });
  const works = work(db).map((one) => Promise.resolve(one));
  underWay = works.length;
  for (const one of works) {
    const end = (): void => {
      underWay--;
      void sendWhenAllWait();
    };
    one.then(end, end);
  }
  void sendWhenAllWait();
  return all<T>(works);
}

/** Guarantee: the results of these, in their order. */
async function all<T extends readonly unknown[]>(works: readonly PromiseLike<unknown>[]): Promise<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return (await Promise.all(works)) as unknown as T;
}

function refuse(): never {
  throw new Error("What is read together is single statements.");
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

function port(run: Run, rest: Rest): Database {
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
function asQueries(db: PgRemoteDatabase): Omit<Database, keyof Rest> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return db as unknown as Omit<Database, keyof Rest>;
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
