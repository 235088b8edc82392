import { account, apikey, invite, passkey, rateLimit, session, user, verification } from "@tintype/core/account/table";
import { album, albumItem } from "@tintype/core/album/table";
import { asset } from "@tintype/core/asset/table";
import { audit } from "@tintype/core/audit/table";
import { grant } from "@tintype/core/grant/table";
import { guestOffer } from "@tintype/core/guest/table";
import { ingest } from "@tintype/core/ingest/table";
import { AppError, type Database } from "@tintype/core/kernel";
import { job, setting } from "@tintype/core/kernel/table";
import { undo } from "@tintype/core/mark/table";
import { directLink, shareLink } from "@tintype/core/share/table";
import { stripped } from "@tintype/core/stripped/table";
import { timelineChunk, timelineHead } from "@tintype/core/timeline/table";
import { upload } from "@tintype/core/upload/table";
import { usage } from "@tintype/core/usage/table";
import { getTableName, sql } from "drizzle-orm";
import type { Migration } from "./db-migrate.ts";
import { codeOf } from "./error-code.ts";

/**
 * All tables that are ours, those that others refer to first. A database may be shared with other programs: what is not listed here is theirs
 * (test/contract/dump.test.ts holds the list against what the migrations make).
 */
export const TABLES: readonly string[] = [
  "migration",
  ...[user, account, session, passkey, apikey, invite, verification, rateLimit, setting, job, audit, usage].map(getTableName),
  ...[asset, ingest, stripped, upload, timelineHead, timelineChunk, album, albumItem, shareLink, directLink, guestOffer, grant, undo].map(
    getTableName,
  ),
];

/** Those of them that are there, in the same order. */
export async function tablesOf(db: Database): Promise<string[]> {
  const { rows } = await db.execute<{ name: string }>(sql`
    select relname as name from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r'`);
  return TABLES.filter((table) => rows.some(({ name }) => name === table));
}

/**
 * Removes the tables of an installation that was started and never set up, and nothing else. Throws AppError `conflict` when somebody has an
 * account there, when tables of these names are another program's or a newer version's, or when something of another program hangs on them.
 */
export async function clearTables(db: Database, migrations: readonly Migration[]): Promise<void> {
  const tables = await tablesOf(db);
  if (tables.length === 0) return;
  if (!(await areOurs(db, tables, migrations))) {
    throw new AppError("conflict", `Tables of another program have names that Tintype needs: ${tables.join(", ")}. ${ANOTHER}`);
  }
  const { rows } = await db.execute<{ n: number }>(sql`select count(*)::int as n from "user"`);
  if (rows[0]?.n !== 0) throw new AppError("conflict", `The database is in use: somebody has an account there. ${ANOTHER}`);
  const names = sql.join(tables.map(sql.identifier), sql`, `);
  await db.execute(sql`drop table ${names}`).catch((cause: unknown) => {
    if (codeOf(cause) !== DEPENDED_ON) throw cause;
    throw new AppError("conflict", `Something of another program refers to Tintype's tables: ${detailOf(cause)}. ${ANOTHER}`, { cause });
  });
}

const ANOTHER = "Make an empty database, and set DATABASE_URL to it.";
const DEPENDED_ON = "2BP01";

/** Whether these tables were made by our migrations, all of which are known. */
async function areOurs(db: Database, tables: readonly string[], migrations: readonly Migration[]): Promise<boolean> {
  if (!tables.includes("migration") || !tables.includes("user")) return false;
  // Another program's may have other columns.
  const { rows } = await db.execute<{ tag: string | null; hash: string | null }>(sql`
    select to_jsonb(m)->>'tag' as tag, to_jsonb(m)->>'hash' as hash from migration m`);
  return rows.length > 0 && rows.every(({ tag, hash }) => migrations.some((known) => known.tag === tag && known.hash === hash));
}

/** Which things those are, one a line, in Postgres's words. */
function detailOf(error: unknown): string {
  const detail = error instanceof Error && "detail" in error && typeof error.detail === "string" ? error.detail : "";
  return detail.split("\n").join("; ");
}
