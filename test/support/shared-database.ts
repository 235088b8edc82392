import { sql } from "drizzle-orm";
import type { Database } from "@tintype/core/kernel";
import type { OpenDatabase } from "../../packages/functions/src/adapters/db-drizzle.ts";
import { openMigrated } from "./migrated.ts";

type Shared = { opening: Promise<OpenDatabase>; isLent: boolean };

/** No housekeeping between the tests. */
const NEVER = 2 ** 31 - 1;

let shared: Shared | undefined;

/**
 * A migrated, empty Postgres in memory. Opening one takes a second of processor, so the test files that run in one process lend each other
 * theirs: `close` empties it for the next. Whoever wants a second one meanwhile gets one of their own.
 */
export async function borrowDatabase(): Promise<OpenDatabase> {
  shared ??= { opening: openMigrated({ tidyEvery: NEVER }), isLent: false };
  const lent = shared;
  if (lent.isLent) return openMigrated();
  lent.isLent = true;
  const { db, close } = await lent.opening;
  return {
    db,
    close: async () => {
      try {
        await empty(db);
        lent.isLent = false;
      } catch {
        // A test has broken it: the next one gets a new one.
        shared = undefined;
        await close();
      }
    },
  };
}

async function empty(db: Database): Promise<void> {
  const { rows } = await db.execute<{ name: string }>(
    sql`select quote_ident(tablename) as name from pg_tables where schemaname = 'public' and tablename <> 'migration'`,
  );
  await db.execute(sql.raw(`truncate ${rows.map(({ name }) => name).join(", ")}`));
}
