import { asset } from "@tintype/core/asset/table";
import { AppError, type Database } from "@tintype/core/kernel";
import { STORAGE_JOB, SWEEP_JOB } from "@tintype/core/storage";
import { getTableName, sql } from "drizzle-orm";
import { type Migration, migrate } from "./db-migrate.ts";
import { refuseRunning } from "./db-running.ts";
import { clearTables, TABLES, tablesOf } from "./db-tables.ts";
import { createQueue } from "./queue-postgres.ts";

/** What passes anyway: jobs are asked for again by the sweep, and everybody signs in again. `migration` is told in the head of the dump. */
const LEFT_OUT = new Set(["job", "session", "verification", "rate_limit", "migration"]);
const BATCH = 1000;

/** Some rows of a table; `rows` is the text of a JSON array of them, as Postgres itself writes it: no value is changed on the way. */
export type DumpedRows = { table: string; rows: string; count: number };

/** What is done with a dump: first the migrations that made the tables, then row for row, in an order in which they can be put back. */
export type Taker = { head(migrations: readonly string[]): Promise<void>; rows(rows: DumpedRows): Promise<void> };

/** Hands every row of our own tables to `take`, as of one moment. */
export async function dump(db: Database, take: Taker): Promise<void> {
  await db.tx(async (tx) => {
    await tx.execute(sql`set transaction isolation level repeatable read read only`);
    const { rows } = await tx.execute<{ tag: string }>(sql`select tag from migration order by tag`);
    await take.head(rows.map(({ tag }) => tag));
    for (const table of await tablesOf(tx)) {
      // A reference comes behind what it refers to, which is itself never one.
      if (LEFT_OUT.has(table)) continue;
      const order = sql.raw(table === getTableName(asset) ? "order by source_id nulls first" : "");
      await tx.execute(
        sql`declare dumped no scroll cursor for select row_to_json(t)::text as row from ${sql.identifier(table)} t ${order}`,
      );
      for (;;) {
        const page = await tx.execute<{ row: string }>(sql.raw(`fetch ${BATCH} from dumped`));
        if (page.rows.length === 0) break;
        await take.rows({ table, rows: `[${page.rows.map(({ row }) => row).join(",")}]`, count: page.rows.length });
      }
      await tx.execute(sql`close dumped`);
    }
  });
}

/**
 * Puts rows that `dump` gave into a database that nobody has an account in, all or none: makes the tables as they were, fills them, brings
 * them to this version, and asks for a look at the store and all that is in it. Tables of others stay as they are. Throws AppError `conflict` as
 * `refuseRunning` and `clearTables` do, or when the rows are of a newer version.
 */
export async function load(
  db: Database,
  { made, rows, migrations }: { made: readonly string[]; rows: AsyncIterable<DumpedRows>; migrations: readonly Migration[] },
): Promise<void> {
  const unknown = made.find((tag) => !migrations.some((known) => known.tag === tag));
  if (unknown !== undefined) {
    throw new AppError("conflict", `The backup was made by a newer version of Tintype (migration ${unknown}): use that one.`);
  }
  await db.tx(async (tx) => {
    await refuseRunning(tx);
    await clearTables(tx, migrations);
    await migrate(
      tx,
      migrations.filter(({ tag }) => made.includes(tag)),
    );
    for await (const some of rows) await insert(tx, some);
    await migrate(tx, migrations);
    // What came to the store since is not in these rows, which say when the last look through all of it ended.
    await createQueue(tx).enqueue([STORAGE_JOB, SWEEP_JOB]);
  });
}

async function insert(db: Database, { table, rows }: DumpedRows): Promise<void> {
  if (!TABLES.includes(table)) throw new AppError("invalid", `The backup holds the table ${table}, which is none of Tintype's.`);
  const name = sql.identifier(table);
  await db.execute(sql`insert into ${name} select * from json_populate_recordset(null::${name}, ${rows}::json)`);
}
