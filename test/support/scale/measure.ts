import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { user } from "@tintype/core/account/table";
import { asset } from "@tintype/core/asset/table";
import type { Ctx } from "@tintype/core/kernel";
import * as Timeline from "@tintype/core/timeline";
import { AwsClient } from "aws4fetch";
import { sql } from "drizzle-orm";
import pg from "pg";
import { createDatabase, type Driver } from "../../../packages/functions/src/adapters/db-drizzle.ts";
import { migrate } from "../../../packages/functions/src/adapters/db-migrate.ts";
import { runOn } from "../../../packages/functions/src/adapters/db-query.ts";
import { giveHeapRoom } from "../../../packages/functions/src/adapters/heap.ts";
import { readMigrations } from "../../../packages/functions/src/adapters/migrations.ts";
import { takeBatch, workOf } from "../../../packages/functions/src/jobs/batch.ts";
import { corpus } from "../corpus.ts";
import { openLibraryOn } from "../library.ts";
import { startPostgres } from "../postgres.ts";
import { KEYS, startOwn } from "../s3-process.ts";
import { seedRows } from "../seed.ts";
import type { Measured } from "./photos.ts";

const FOLDERS = ["camera", "phones", "wide-gamut"];
/** Smaller ones are no whole photos. */
const LEAST_BYTES = 500_000;
const WARM_UP = 10;
const QUANTILES = 20;
const MONTHS = [1_000, 20_000] as const;

/** What the real ingest of real photos takes here, through the functions' own code, a real store and a real Postgres; undefined without one. */
export type Found = Measured & { photos: number; requests: Record<string, number> };

export async function measure(photos: number): Promise<Found | undefined> {
  const postgres = await startPostgres();
  if (!postgres) return undefined;
  giveHeapRoom();
  const dir = await mkdtemp(join(tmpdir(), "tintype-scale-"));
  const server = await startOwn(dir);
  const pool = new pg.Pool({ connectionString: postgres.url, idleTimeoutMillis: 0 });
  const counted = countedDriver(pool);
  const db = createDatabase(counted.driver);
  await migrate(db, readMigrations());
  await new AwsClient({ ...KEYS, region: "us-east-1", service: "s3" }).fetch(`${server.url}/photos`, { method: "PUT" });
  const requests: Record<string, number> = {};
  const onRequest = ({ operation }: { operation: string }): void => {
    if (counted.isOn) requests[operation] = (requests[operation] ?? 0) + 1;
  };
  const library = await openLibraryOn(
    { db, close: async () => undefined },
    { endpoint: server.url, bucket: "photos", region: "us-east-1", ...KEYS, onRequest },
  );
  try {
    const all = FOLDERS.flatMap((folder) => readdirSync(corpus(folder)).map((name) => corpus(`${folder}/${name}`)));
    const files = all.filter((path) => path.endsWith(".jpg") && statSync(path).size > LEAST_BYTES);
    const one = async (i: number): Promise<{ cpuMs: number; bytes: number }> => {
      const content = Buffer.concat([readFileSync(files[i % files.length]!), randomBytes(16)]);
      const key = await library.send(`${i}.jpg`, content);
      const object = { key, size: content.length };
      const body = JSON.stringify({ Records: [{ eventName: "ObjectCreated:Put", s3: { bucket: { name: "photos" }, object } }] });
      counted.isOn = true;
      const before = cpuOf(library.ports.image.pids());
      const failed = await takeBatch(library.system.log, [{ id: "1", body, receives: 1 }], {
        bucket: "photos",
        now: library.system.now,
        msLeft: () => 300_000,
        again: () => Promise.reject(new Error("away")),
        work: workOf(library.system, library.ports),
      });
      counted.isOn = false;
      if (failed.length > 0) throw new Error(`${files[i % files.length]} was not ingested`);
      return { cpuMs: cpuOf(library.ports.image.pids()) - before, bytes: content.length };
    };
    for (let i = 0; i < WARM_UP; i++) await one(i);
    counted.reset();
    for (const operation of Object.keys(requests)) delete requests[operation];
    const databaseOf = (): number => ticksOfAll(childrenOf(postgres.pid()));
    const databaseBefore = databaseOf();
    const found: { cpuMs: number; bytes: number }[] = [];
    for (let i = 0; i < photos; i++) found.push(await one(WARM_UP + i));
    const databaseMs = databaseOf() - databaseBefore;
    const statements = counted.perPhoto(photos);
    return {
      photos,
      cpuMs: quantiles(found.map(({ cpuMs }) => cpuMs)),
      bytes: quantiles(found.map(({ bytes }) => bytes)),
      statements,
      statementMs: databaseMs / photos / (statements.first + statements.commit + statements.finish + 4),
      requests: Object.fromEntries(Object.entries(requests).map(([name, n]) => [name, n / photos])),
      packMs: await measurePacking(library.system),
    };
  } finally {
    await library.close();
    await pool.end();
    await server.stop();
    await postgres.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Counts statements by whether they stand alone, or in the how-manieth transaction of a photo. */
function countedDriver(pool: pg.Pool) {
  let alone = 0;
  const inside: number[] = [];
  const run = runOn(pool);
  const driver: Driver = {
    run: (statement) => {
      if (counted.isOn) alone++;
      return run(statement);
    },
    session: async (work) => {
      const client = await pool.connect();
      const on = runOn(client);
      let n = 0;
      try {
        return await work((statement) => {
          n++;
          return on(statement);
        });
      } finally {
        client.release();
        // Without BEGIN and COMMIT.
        if (counted.isOn) inside.push(n - 2);
      }
    },
  };
  const counted = {
    driver,
    isOn: false,
    reset: () => {
      alone = 0;
      inside.length = 0;
    },
    perPhoto: (photos: number) => {
      const mean = (which: number): number => {
        const of = inside.filter((_, i) => i % 2 === which);
        return of.reduce((sum, n) => sum + n, 0) / of.length;
      };
      if (inside.length !== 2 * photos) throw new Error(`${inside.length} transactions for ${photos} photos`);
      return { first: alone / photos, commit: mean(0), finish: mean(1) };
    },
  };
  return counted;
}

/** A month of the timeline with few photos, and one with many. */
async function measurePacking(system: Ctx): Promise<Measured["packMs"]> {
  const [owner] = await system.db.select({ id: user.id }).from(user);
  if (!owner) throw new Error("nobody");
  await system.db.delete(asset);
  const times: number[] = [];
  let there = 0;
  for (const photos of MONTHS) {
    await system.db.delete(asset);
    await seedRows(system, photos);
    there = photos;
    await system.db
      .update(asset)
      .set({ localAt: sql`timestamp '2026-11-01' + ((extract(epoch from ${asset.localAt}))::bigint % 2500000) * interval '1 second'` });
    await system.db.execute(sql`vacuum analyze asset`);
    const runs: number[] = [];
    for (let run = 0; run < 5; run++) {
      await Timeline.touch(system, owner.id, ["2026-11-02T00:00:00"]);
      const began = performance.now();
      await Timeline.refresh(system, owner.id);
      runs.push(performance.now() - began);
    }
    times.push(runs.toSorted((a, b) => a - b)[2]!);
  }
  const [few = 0, many = 0] = times;
  const photo = (many - few) / (there - MONTHS[0]);
  return { month: Math.max(1, few - photo * MONTHS[0]), photo };
}

function quantiles(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return Array.from({ length: QUANTILES }, (_, i) => Math.round(sorted[Math.floor(((i + 0.5) / QUANTILES) * sorted.length)] ?? 0));
}

const TICK_MS = 10;

/** What this process, and these, have used of the processors so far; of the children in ticks of 10 ms. */
function cpuOf(pids: readonly number[]): number {
  const { user: ours, system } = process.cpuUsage();
  return (ours + system) / 1000 + ticksOfAll(pids);
}

function ticksOfAll(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + ticksOf(pid) * TICK_MS, 0);
}

function ticksOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /su, "")
      .split(" ");
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/u.test(entry))
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/stat`, "utf8")
            .replace(/^.*\) /su, "")
            .split(" ")[1] === String(parent)
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}
