import { AppError, type Database } from "@tintype/core/kernel";
import { sql } from "drizzle-orm";

/** The advisory lock that every process on a database shares, and who replaces the database has alone: any number but that of the migrations. */
const RUNNING = 7_468_194;

/**
 * The statement by which a connection says, until it ends, that Tintype runs on its database. It waits while the database is replaced. A
 * function in the cloud has no connection that lasts, and never says so.
 */
export const SAY_RUNNING = `select pg_advisory_lock_shared(${RUNNING})`;

/** Throws AppError `conflict` where a process says so, or replaces the database; until the end of the transaction, none can begin. */
export async function refuseRunning(tx: Database): Promise<void> {
  const { rows } = await tx.execute<{ alone: boolean }>(sql`select pg_try_advisory_xact_lock(${RUNNING}) as alone`);
  if (rows[0]?.alone === true) return;
  const how = "Stop it (in deploy/: docker compose stop tintype), and start it again afterwards.";
  throw new AppError("conflict", `Tintype runs on this database, and would go on with what it remembers of it. ${how}`);
}
