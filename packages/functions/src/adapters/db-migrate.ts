import { AppError, type Database } from "@tintype/core/kernel";
import { sql } from "drizzle-orm";

/** One generated migration: its statements, and the hash by which an applied one is recognised. */
export type Migration = { tag: string; hash: string; statements: readonly string[] };

/** Any number, but the same for all starters: the advisory lock under which they take turns. */
const LOCK = 7_468_193;

/**
 * The last migration of the release before this one. Those that came later only add (test/schema.test.ts), so its processes go on, and start
 * again, beside ours on one database. Moved on with each release.
 */
export const BASELINE = "0006_dead_jobs";

/**
 * Applies the migrations that the database lacks, all or none, and returns their tags. Concurrent starters wait for one another. Each says
 * which migration a program must know to work with it: `baseline`, where it came later. Throws AppError `conflict` when the database was
 * made by another program, or by a version that is too new for this one.
 */
export function migrate(db: Database, migrations: readonly Migration[], baseline = BASELINE): Promise<string[]> {
  return db.tx(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${LOCK})`);
    await tx.execute(
      sql`create table if not exists migration (tag text primary key, hash text not null, applied_at timestamptz not null default now())`,
    );
    await tx.execute(sql`alter table migration add column if not exists needs text`);
    const { rows } = await tx.execute<Applied>(sql`select tag, hash, needs from migration`);
    refuseForeign(rows, migrations);
    const applied = new Set(rows.map(({ tag }) => tag));
    const isLater = (tag: string): boolean => migrations.some((known) => known.tag === baseline) && tag > baseline;
    const missing = migrations.filter(({ tag }) => !applied.has(tag));
    for (const { tag, hash, statements } of missing) {
      for (const statement of statements) await tx.execute(sql.raw(statement));
      await tx.execute(sql`insert into migration (tag, hash, needs) values (${tag}, ${hash}, ${isLater(tag) ? baseline : tag})`);
    }
    return missing.map(({ tag }) => tag);
  });
}

type Applied = { tag: string; hash: string; needs: string | null };

function refuseForeign(applied: readonly Applied[], migrations: readonly Migration[]): void {
  const known = new Map(migrations.map(({ tag, hash }) => [tag, hash]));
  const foreign = applied.find(({ tag, hash, needs }) => (known.has(tag) ? known.get(tag) !== hash : !known.has(needs ?? tag)));
  if (!foreign) return;
  throw new AppError(
    "conflict",
    `The database was made by another version of Tintype (migration ${foreign.tag}): start that version, or rebuild.`,
  );
}
