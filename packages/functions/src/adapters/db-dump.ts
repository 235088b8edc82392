import { AppError, type Database } from "@tintype/core/kernel";
import { sql } from "drizzle-orm";
import { type Migration, migrate } from "./db-migrate.ts";

/** What passes anyway: jobs are asked for again by the sweep, and everybody signs in again. `migration` is told in the head of the dump. */
const LEFT_OUT = new Set(["job", "session", "verification", "rate_limit", "migration"]);
const BATCH = 1000;

/** Some rows of a table; `rows` is the text of a JSON array of them, as Postgres itself writes it: no value is changed on the way. */
export type DumpedRows = { table: string; rows: string; count: number };

/** What is done with a dump: first the migrations that made the tables, then row for row, in an order in which they can be put back. */
export type Taker = { head(migrations: readonly string[]): Promise<void>; rows(rows: DumpedRows): Promise<void> };

/** Hands every row of ours to `take`, as of one moment. */
export async function dump(db: Database, take: Taker): Promise<void> {
  await db.tx(async (tx) => {
    await tx.execute(sql`set transaction isolation level repeatable read read only`);
    const { rows } = await tx.execute<{ tag: string }>(sql`select tag from migration order by tag`);
    await take.head(rows.map(({ tag }) => tag));
    for (const table of await tablesOf(tx)) {
      if (LEFT_OUT.has(table)) continue;
      await tx.execute(sql`declare dumped no scroll cursor for select row_to_json(t)::text as row from ${sql.identifier(table)} t`);
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
 * Puts rows that `dump` gave into a database that nobody has an account in, all or none: makes the tables as they were, fills them, and brings
 * them to this version. Throws AppError `conflict` when somebody has an account there, or the rows are of a newer version.
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
    await clear(tx);
    await migrate(
      tx,
      migrations.filter(({ tag }) => made.includes(tag)),
    );
    for await (const some of rows) await insert(tx, some);
    await migrate(tx, migrations);
  });
}

/** Removes the tables of an installation that was started and never set up. */
async function clear(db: Database): Promise<void> {
  const tables = await tablesOf(db);
  if (tables.length === 0) return;
  const { rows } = await db.execute<{ n: number }>(
    tables.includes("migration") && tables.includes("user") ? sql`select count(*)::int as n from "user"` : sql`select 1 as n`,
  );
  if (rows[0]?.n !== 0) {
    throw new AppError("conflict", "The database is in use: somebody has an account there. Make an empty one, and set DATABASE_URL to it.");
  }
  for (const table of tables) await db.execute(sql`drop table ${sql.identifier(table)} cascade`);
}

async function insert(db: Database, { table, rows }: DumpedRows): Promise<void> {
  const name = sql.identifier(table);
  await db.execute(sql`insert into ${name} select * from json_populate_recordset(null::${name}, ${rows}::json)`);
}

/** Our tables, those that others refer to first. */
async function tablesOf(db: Database): Promise<string[]> {
  const { rows } = await db.execute<{ name: string; refers: string[] }>(sql`
    select c.relname as name, coalesce(array_agg(f.relname) filter (where f.relname is not null), '{}')::text[] as refers
    from pg_class c
    left join pg_constraint k on k.conrelid = c.oid and k.contype = 'f'
    left join pg_class f on f.oid = k.confrelid
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
    group by c.relname order by c.relname`);
  const sorted: string[] = [];
  for (let left = rows; left.length > 0;) {
    const ready = left.filter(({ name, refers }) => refers.every((other) => other === name || sorted.includes(other)));
    if (ready.length === 0) throw new Error("tables refer to each other in a circle");
    sorted.push(...ready.map(({ name }) => name));
    left = left.filter(({ name }) => !sorted.includes(name));
  }
  return sorted;
}
