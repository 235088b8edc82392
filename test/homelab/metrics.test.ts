import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { sql } from "drizzle-orm";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate } from "../../packages/functions/src/adapters/db-migrate.ts";
import { openPostgres } from "../../packages/functions/src/adapters/db-postgres.ts";
import { tablesOf } from "../../packages/functions/src/adapters/db-tables.ts";
import { metricsToken } from "../../packages/functions/src/adapters/derived-token.ts";
import { readMigrations } from "../../packages/functions/src/adapters/migrations.ts";
import { readNodeSettings } from "../../packages/functions/src/adapters/settings-node.ts";
import { runCommand } from "../../packages/functions/src/cli/command.ts";
import { metrics } from "../../packages/functions/src/cli/metrics.ts";
import { createClient, setUp } from "../support/client.ts";
import { openFresh } from "../support/databases.ts";
import { type Homelab, startHomelab } from "../support/homelab.ts";
import { freePort } from "../support/postgres.ts";
import type { Program } from "../support/program.ts";
import { hasHomelab } from "../support/tools.ts";

const CLI = fileURLToPath(new URL("../../packages/functions/src/entry/cli.ts", import.meta.url));

describe.skipIf(!hasHomelab)("the metrics of a homelab", () => {
  let homelab: Homelab;
  let program: Program;
  let token: string;
  beforeAll(async () => {
    homelab = await startHomelab();
    program = await homelab.start();
    const env = { ...process.env, ...homelab.options().env };
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", CLI, "metrics"], { env });
    token = stdout.trim();
  }, 120_000);
  afterAll(async () => {
    await program?.stop();
    await homelab?.stop();
  });

  const scrape = async (origin = homelab.url): Promise<string> => {
    const response = await fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    expect(response.status).toBe(200);
    return response.text();
  };

  it("tell of a photo that was uploaded, to whoever has the token that `tintype metrics` prints", async () => {
    const client = createClient(homelab.url, await setUp(homelab.url, program.token ?? ""));
    const bytes = await sharp({ create: { width: 800, height: 600, channels: 3, background: "#336699" } })
      .jpeg()
      .toBuffer();
    const sent = await client.upload({ name: "Sea.jpg", bytes });
    if (sent.status === "sent") await client.settled([sent.uploadId]);
    const told = [
      /^tintype_ingest_total\{outcome="ready"\} [1-9]/mu,
      /^tintype_job_seconds_count\{kind="ingest"\} [1-9]/mu,
      /^tintype_jobs_total\{kind="ingest",outcome="done"\} [1-9]/mu,
      /^tintype_store_request_seconds_count\{operation="GetObject",result="ok"\} [1-9]/mu,
      /^tintype_store_request_seconds_count\{operation="ListObjectsV2",result="ok"\} [1-9]/mu,
      /^tintype_http_request_seconds_count\{method="POST",route="\/api\/uploads",status="200"\} 1$/mu,
      /^tintype_uploads\{state="committed"\} 1$/mu,
      /^tintype_database_up 1$/mu,
      /^process_resident_memory_bytes [1-9]/mu,
    ];
    let text = "";
    await expect
      .poll(
        async () => {
          text = await scrape();
          return told.filter((line) => !line.test(text)).map(String);
        },
        { timeout: 20_000 },
      )
      .toEqual([]);
    // Nothing of what a library holds, and no path, is a label.
    expect(text).not.toMatch(/Sea|sea|library\/|anna/u);
    expect(text.split("\n").length).toBeLessThan(1500);
  });

  it("are told by a worker too, with the same token: it did the work, and answered no request but these", async () => {
    await program.stop();
    const at = `http://127.0.0.1:${await freePort()}`;
    const settings = { SWEEP_INTERVAL: "5", PORT: new URL(at).port };
    const worker = await homelab.start({ ...settings, ROLE: "worker" });
    try {
      await expect.poll(() => scrape(at), { timeout: 20_000 }).toMatch(/^tintype_jobs_total\{kind="round",outcome="done"\} [1-9]/mu);
      const text = await scrape(at);
      expect(text.match(/^tintype_http_request_seconds_count.*$/gmu)).toEqual([expect.stringContaining('route="/metrics"')]);
      expect(text).toMatch(/^tintype_uploads\{state="committed"\} 1$/mu);
    } finally {
      await worker.stop();
      program = await homelab.start();
    }
  });

  it("have no token before the first start, and printing one changes nothing", async () => {
    const open = await openFresh(homelab.database.url, async (DATABASE_URL) => {
      const database = await openPostgres({ url: DATABASE_URL, migrations: [] });
      let said = "";
      const hear = (text: string): void => {
        said += text;
      };
      const settings = () => readNodeSettings({ ...homelab.options().env, DATABASE_URL });
      const print = () => runCommand([metrics], ["metrics"], { out: hear, err: hear, settings });
      expect([await print(), said]).toEqual([1, expect.stringContaining("Start it once")]);
      expect(await tablesOf(database.db)).toEqual([]);
      // As a version before this one left it: its process knows nothing of the migrations that came later.
      const migrations = readMigrations().slice(0, 3);
      await migrate(database.db, migrations, "none");
      expect(await print()).toBe(1);
      await database.db.execute(sql`insert into setting (name, value) values ('session_secret', ${JSON.stringify("f".repeat(64))}::jsonb)`);
      said = "";
      expect([await print(), said.trim()]).toEqual([0, metricsToken("f".repeat(64))]);
      expect(await migrate(database.db, migrations, "none")).toEqual([]);
      expect((await database.db.execute(sql`select count(*)::int as n from migration`)).rows).toEqual([{ n: 3 }]);
      return database;
    });
    await open.close();
  });

  it("are still told while the database is away, and say so", async () => {
    await homelab.database.stop();
    const text = await scrape();
    expect(text).toMatch(/^tintype_database_up 0$/mu);
    expect(text).not.toMatch(/^tintype_uploads\{/mu);
  });
});
