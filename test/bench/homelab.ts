import { readFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { openPostgres } from "../../packages/functions/src/adapters/db-postgres.ts";
import { giveHeapRoom } from "../../packages/functions/src/adapters/heap.ts";
import { setUpStore } from "../../packages/functions/src/adapters/store-s3-setup.ts";
import { createClient, setUp } from "../support/client.ts";
import { corpus } from "../support/corpus.ts";
import { startHomelab } from "../support/homelab.ts";
import { openLibrary, openLibraryOn } from "../support/library.ts";
import { startPostgres } from "../support/postgres.ts";
import { SETTING, startMinio } from "../support/stores.ts";
import { hasHomelab } from "../support/tools.ts";
import { ingestAll, WIDE } from "./ingest.ts";
import { median, type Report } from "./report.ts";

export const name = "homelab";

const MIB = 2 ** 20;
const IDLE_MS = 45_000;
const UPLOADS = 60;
const WARM_UP = 4;
const ROUNDS = 3;

/** The homelab shape on real MinIO and Postgres: what it costs beside the laptop shape, how soon a photo is there, and what it holds when idle. */
export async function run(report: Report): Promise<void> {
  if (!hasHomelab) return;
  await process(report);
  await ingest(report);
}

/** A process of ours as `npm run serve` starts it. */
async function process(report: Report): Promise<void> {
  const homelab = await startHomelab({ entry: "node" });
  const program = await homelab.start();
  try {
    const client = createClient(homelab.url, await setUp(homelab.url, program.token ?? ""));
    await sleep(IDLE_MS);
    report.figure({
      what: "memory of the process, idle after its start",
      value: rss(program.pid) / MIB,
      unit: "MB",
      goal: { atMost: 300 },
    });
    const times: number[] = [];
    for (let n = 0; n < UPLOADS; n++) {
      const bytes = await sharp({ create: { width: 2400, height: 1600, channels: 3, background: { r: n, g: 90, b: 160 } } })
        .jpeg()
        .toBuffer();
      const began = performance.now();
      const sent = await client.upload({ name: `${n}.jpg`, bytes });
      if (sent.status === "sent") await client.settled([sent.uploadId]);
      times.push(performance.now() - began);
    }
    const sorted = times.toSorted((a, b) => a - b);
    const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
    report.figure({
      what: "from the plan of an upload until it is in the timeline, p95",
      value: p95,
      unit: "ms",
      goal: { atMost: 2000 },
      runs: UPLOADS,
    });
    report.figure({ what: "the same, median", value: median(times), unit: "ms", runs: UPLOADS });
    await sleep(IDLE_MS);
    report.figure({
      what: "memory of the process, idle after 60 photos",
      value: rss(program.pid) / MIB,
      unit: "MB",
      goal: { atMost: 300 },
    });
  } finally {
    await program.stop();
    await homelab.stop();
  }
}

/** Resident memory of the process and of all that it started. */
function rss(pid: number): number {
  const own = Number(/^VmRSS:\s+(\d+) kB/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return children.split(" ").reduce((sum, child) => sum + (child === "" ? 0 : rss(Number(child))), own);
}

async function ingest(report: Report): Promise<void> {
  giveHeapRoom();
  const [laptop, store, server] = await Promise.all([openLibrary({ memory: false }), startMinio(), startPostgres({ fsync: true })]);
  if (server === undefined) throw new Error("Postgres is not installed");
  const database = await openPostgres({ url: server.url });
  await setUpStore(store.options, SETTING);
  const homelab = await openLibraryOn(database, store.options);
  try {
    const photos = await Promise.all(WIDE.map((file) => readFile(corpus(file))));
    const all = Array.from({ length: ROUNDS }, () => photos).flat();
    for (let round = 0; round < WARM_UP; round++) {
      await ingestAll(homelab, all);
      await ingestAll(laptop, all);
    }
    await report.contest({
      what: "wide-gamut photos",
      amount: all.length,
      unit: "photos",
      runs: 5,
      variants: { "MinIO and Postgres": () => ingestAll(homelab, all), "the laptop shape": () => ingestAll(laptop, all) },
      goal: { atLeast: 0.85 },
    });
  } finally {
    await homelab.close();
    await database.close();
    await Promise.all([laptop.close(), store.stop(), server.stop()]);
  }
}
