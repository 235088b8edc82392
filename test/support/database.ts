import type { Database } from "@tintype/core/kernel";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { borrowDatabase } from "./shared-database.ts";

/** The queue on a test's db, for a ctx. */
export { createQueue } from "../../packages/functions/src/adapters/queue-postgres.ts";

/** Thrown to undo a test's transaction; nothing else throws it. */
class Rollback extends Error {}

/**
 * A migrated Postgres in memory for a test file, and for each test a transaction of it that is rolled back afterwards.
 * Call it at the top of the file or of a `describe`; the result gives the running test's db (its `tx` nests as a savepoint).
 */
export function useDatabase(): () => Database {
  let open: Awaited<ReturnType<typeof borrowDatabase>> | undefined;
  let current: Database | undefined;
  let undo: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    open = await borrowDatabase();
  });
  afterAll(async () => {
    await open?.close();
  });
  beforeEach(async () => {
    if (!open) throw new Error("the database did not open");
    ({ db: current, undo } = await beginTest(open.db));
  });
  afterEach(async () => {
    current = undefined;
    await undo?.();
  });
  return () => {
    if (!current) throw new Error("ask for the database inside a test");
    return current;
  };
}

/** A db whose every change is undone by `undo`. Hooks of `afterCommit` never run in it. */
function beginTest(db: Database): Promise<{ db: Database; undo: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    const transaction = db.tx(
      (tx) =>
        new Promise((_, end) => {
          const undo = async (): Promise<void> => {
            end(new Rollback());
            await transaction.catch(() => undefined);
          };
          resolve({ db: tx, undo });
        }),
    );
    transaction.catch((error: unknown) => {
      if (!(error instanceof Rollback)) reject(error);
    });
  });
}
