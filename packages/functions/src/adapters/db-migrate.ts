import { AppError, type Database } from "@tintype/core/kernel";
import { sql } from "drizzle-orm";

/** One generated migration: its statements, and the hash by which an applied one is recognised. */
export type Migration = { tag: string; hash: string; statements: readonly string[] };

/** Any number, but the same for all starters: the advisory lock under which they take turns. */
const LOCK = 7_468_193;

/**
 * Applies the migrations that the database lacks, all or none, and returns their tags. Concurrent starters wait for one another.
 * Throws AppError `conflict` when the database was made by a newer or different version of the program.
 */
export function migrate(db: Database, migrations: readonly Migration[]): Promise<string[]> {
  return db.tx(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${LOCK})`);
    await tx.execute(
      sql`create table if not exists migration (tag text primary key, hash text not null, applied_at timestamptz not null default now())`,
    );
    const { rows } = await tx.execute<{ tag: string; hash: string }>(sql`select tag, hash from migration`);
    const applied = new Map(rows.map(({ tag, hash }) => [tag, hash]));
    refuseForeign(applied, migrations);
    const missing = migrations.filter(({ tag }) => !applied.has(tag));
    for (const { tag, hash, statements } of missing) {
      for (const statement of statements) await tx.execute(sql.raw(statement));
      await tx.execute(sql`insert into migration (tag, hash) values (${tag}, ${hash})`);
    }
    return missing.map(({ tag }) => tag);
  });
}

function refuseForeign(applied: ReadonlyMap<string, string>, migrations: readonly Migration[]): void {
  const known = new Map(migrations.map(({ tag, hash }) => [tag, hash]));
  const foreign = [...applied].find(([tag, hash]) => known.get(tag) !== hash);
  if (!foreign) return;
  throw new AppError(
    "conflict",
    `The database was made by another version of Tintype (migration ${foreign[0]}): start that version, or rebuild.`,
  );
}
