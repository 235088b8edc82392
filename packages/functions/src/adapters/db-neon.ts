import { createDatabase, type OpenDatabase } from "./db-drizzle.ts";
import { guard } from "./db-guard.ts";
import { migrate, type Migration } from "./db-migrate.ts";
import { neonDriver } from "./db-neon-driver.ts";

/** `migrations` are applied when given; a deployment does that once, not every function at its start. */
export type NeonOptions = { url: string; migrations?: readonly Migration[]; onQuery?: () => void };

/** Opens a Neon database from Node. Throws `database_unavailable`. */
export async function openNeon({ url, migrations = [], onQuery }: NeonOptions): Promise<OpenDatabase> {
  const db = createDatabase(guard(neonDriver(url, onQuery)));
  if (migrations.length > 0) await migrate(db, migrations);
  return { db, close: async () => undefined };
}
