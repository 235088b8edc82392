import { createDatabase, type OpenDatabase } from "./db-drizzle.ts";
import { guard } from "./db-guard.ts";
import { migrate, type Migration } from "./db-migrate.ts";
import { type NeonLimits, neonDriver } from "./db-neon-driver.ts";

/** `migrations` are applied when given; a deployment does that once, not every function at its start. */
export type NeonOptions = { url: string; migrations?: readonly Migration[]; onQuery?: () => void } & NeonLimits;

/** Opens a Neon database from Node. Throws `database_unavailable`. */
export async function openNeon({ url, migrations = [], onQuery, ...limits }: NeonOptions): Promise<OpenDatabase> {
  // A migration takes as long as it takes, and waits for that of another process.
  if (migrations.length > 0) await migrate(createDatabase(neonDriver(url, onQuery, { ...limits, answerMs: Infinity })), migrations);
  return { db: createDatabase(guard(neonDriver(url, onQuery, limits))), close: async () => undefined };
}
