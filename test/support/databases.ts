import { randomBytes } from "node:crypto";
import pg from "pg";
import type { OpenDatabase } from "../../packages/functions/src/adapters/db-drizzle.ts";
import { openNeon } from "../../packages/functions/src/adapters/db-neon.ts";
import { openPostgres } from "../../packages/functions/src/adapters/db-postgres.ts";
import { readMigrations } from "../../packages/functions/src/adapters/migrations.ts";
import { openMigrated } from "./migrated.ts";
import { startNeon } from "./neon.ts";

/** A Database adapter under contract; `open` gives an empty, migrated database of its own. */
export type Adapter = { name: string; open: () => Promise<OpenDatabase> };

/** Every adapter of the Database port that can run here: those of a server only where there is one (see global.ts). */
export const DATABASES: readonly Adapter[] = [
  { name: "PGlite", open: () => openMigrated() },
  ...onServer("node-postgres", (url) => openPostgres({ url })),
  ...onServer("Neon", async (url) => {
    const neon = await startNeon();
    const { db, close } = await openNeon({ url, migrations: readMigrations() });
    return { db, close: () => close().then(neon.stop) };
  }),
];

function onServer(name: string, open: (url: string) => Promise<OpenDatabase>): Adapter[] {
  const server = process.env["DATABASE_URL_TEST"];
  if (server === undefined) return [];
  return [{ name, open: () => openFresh(server, open) }];
}

/** A database of its own on the server, whose defaults are not ours: other zone, other date style. Dropped by `close`. */
export async function openFresh(server: string, open: (url: string) => Promise<OpenDatabase>): Promise<OpenDatabase> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  await command(server, `create database ${name}`);
  await command(server, `alter database ${name} set timezone to 'Asia/Tokyo'`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const { db, close } = await open(url.href);
  return {
    db,
    close: async () => {
      await close();
      await command(server, `drop database ${name} with (force)`);
    },
  };
}

async function command(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
}
