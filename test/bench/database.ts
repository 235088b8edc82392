import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setting } from "@tintype/core/kernel/table";
import { sql } from "drizzle-orm";
import { openPglite } from "../../packages/functions/src/adapters/db-pglite.ts";
import { createQueue } from "../../packages/functions/src/adapters/queue-postgres.ts";
import { median, type Report } from "./report.ts";

export const name = "database";

const STARTS = 5;
const COMMITS = 500;
const WAITING = 100_000;
const CLAIMED = 1000;

/** The embedded Postgres as the laptop runs it: how fast it starts, commits to the disk, and hands out jobs of a long queue. */
export async function run(report: Report): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "tintype-bench-"));
  try {
    await starts(report, dir);
    const database = await openPglite({ folder: join(dir, "work") });
    try {
      await commits(report, database.db);
      await jobs(report, database.db);
    } finally {
      await database.close();
    }
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function starts(report: Report, dir: string): Promise<void> {
  const first: number[] = [];
  const second: number[] = [];
  const open = async (folder: string): Promise<number> => {
    const begin = performance.now();
    const { close } = await openPglite({ folder });
    const took = performance.now() - begin;
    await close();
    return took;
  };
  for (let n = 0; n < STARTS; n++) {
    const folder = join(dir, `start-${n}`);
    first.push(await open(folder));
    second.push(await open(folder));
  }
  report.figure({ what: "first start in an empty folder", value: median(first), unit: "ms", runs: STARTS, spread: spread(first) });
  report.figure({ what: "start", value: median(second), unit: "ms", runs: STARTS, spread: spread(second) });
}

type Db = Awaited<ReturnType<typeof openPglite>>["db"];

async function commits(report: Report, db: Db): Promise<void> {
  const rate = await perSecond(COMMITS, async () => {
    for (let n = 0; n < COMMITS; n++) await db.insert(setting).values({ name: `bench ${n}`, value: n });
  });
  report.figure({ what: "commits, one after another, each on the disk", value: rate, unit: "/s" });
  const reads = await perSecond(COMMITS, async () => {
    for (let n = 0; n < COMMITS; n++) await db.execute(sql`select value from setting where name = ${`bench ${n}`}`);
  });
  report.figure({ what: "reads of one row, one after another", value: reads, unit: "/s" });
}

async function jobs(report: Report, db: Db): Promise<void> {
  await db.execute(sql`
    insert into job (id, kind, dedupe, payload, run_at)
    select gen_random_uuid(), 'ingest', 'k' || n, '{"key": "library/anna/2026/11/a.jpg"}', now() - n * interval '1 ms'
    from generate_series(1, ${WAITING}::int) n`);
  const queue = createQueue(db);
  const rate = await perSecond(CLAIMED, async () => {
    for (let left = CLAIMED; left > 0;) {
      const claimed = await queue.claim(["ingest"], 8, 60_000);
      await Promise.all(claimed.map((job) => queue.done(job)));
      left -= claimed.length;
    }
  });
  report.figure({ what: `jobs claimed and done, ${WAITING / 1000}k waiting`, value: rate, unit: "/s" });
}

async function perSecond(amount: number, work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return (amount / (performance.now() - begin)) * 1000;
}

function spread(times: readonly number[]): [least: number, most: number] {
  return [Math.min(...times), Math.max(...times)];
}
