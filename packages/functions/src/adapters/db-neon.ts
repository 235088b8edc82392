import { Client, neon } from "@neondatabase/serverless";
import { createDatabase, type OpenDatabase, type Run } from "./db-drizzle.ts";
import { databaseError } from "./db-error.ts";
import { guard } from "./db-guard.ts";
import { migrate, type Migration } from "./db-migrate.ts";
import { runOn, types } from "./db-query.ts";
import { toWire } from "./db-values.ts";

/** `migrations` are applied when given; a deployment does that once, not every function at its start. */
export type NeonOptions = { url: string; migrations?: readonly Migration[] };

/**
 * Opens a Neon database: single statements by HTTP, with no connection to keep; a transaction by a WebSocket of its own, because HTTP has
 * none that could be talked to. Throws `database_unavailable`.
 */
export async function openNeon({ url, migrations = [] }: NeonOptions): Promise<OpenDatabase> {
  const http = neon(url, { fullResults: true });
  const run: Run = async ({ sql, params, rowMode }) => {
    const answer = http.query(sql, params.map(toWire), { arrayMode: rowMode === "array", fullResults: true, types });
    const { rows, rowCount } = await answer.catch((error: unknown) => {
      throw databaseError(error);
    });
    return { rows, rowCount };
  };
  const db = createDatabase(
    guard({
      run,
      session: async (work) => {
        const client = new Client(url);
        // A connection that breaks fails the statement under way; without a listener the process would end.
        client.on("error", ignore);
        try {
          await client.connect();
        } catch (error) {
          throw databaseError(error);
        }
        try {
          return await work(runOn(client));
        } finally {
          await client.end();
        }
      },
    }),
  );
  if (migrations.length > 0) await migrate(db, migrations);
  return { db, close: async () => undefined };
}

function ignore(): void {
  return undefined;
}
