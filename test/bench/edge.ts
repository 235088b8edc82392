import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { openPostgres } from "../../packages/functions/src/adapters/db-postgres.ts";
import { type Client, createClient, setUp } from "../support/client.ts";
import { startCloud } from "../support/cloud.ts";
import { inspect } from "../support/inspector.ts";
import { bundleLambda } from "../support/lambda.ts";
import { systemOn } from "../support/person.ts";
import { seedRows } from "../support/seed.ts";
import { bundleWorker, WORKER_BUNDLE } from "../support/worker.ts";
import type { Report } from "./report.ts";

const PHOTOS = 500;
/** Of them in a link, and in a request: the most that one may ask for. */
const MOST = 250;
const WARM_UP = 20;
const REQUESTS = 50;
/** Clock ticks a second in /proc. */
const TICKS = 100;
/** What a request may take on Workers' free plan. */
const BUDGET_MS = 10;

export const name = "edge";

type Work = () => Promise<Response>;

/**
 * The Worker in real workerd: what a request of each hot kind takes of its isolate's time, which is what Cloudflare counts, and of its
 * process's, with the network; the database and the store are elsewhere. Load on the machine adds to both: run.ts tells it.
 */
export async function run(report: Report): Promise<void> {
  bundleLambda();
  bundleWorker();
  report.figure({
    what: "the Worker, gzipped",
    value: gzipSync(readFileSync(WORKER_BUNDLE)).length / 1024,
    unit: "KB",
    goal: { atMost: 250 },
  });
  const cloud = await startCloud("cloudflare");
  if (!cloud) return;
  try {
    const { open } = await cloud.functions.migrate.call<{ open: string }>({});
    const owner = createClient(cloud.url, await setUp(cloud.url, open.split("token=")[1] ?? ""));
    const { db, close } = await openPostgres({ url: cloud.databaseUrl });
    const ids = await seedRows(systemOn(db), PHOTOS);
    await close();
    if (!cloud.worker) throw new Error("There is no Worker.");
    const inspector = await inspect(await cloud.worker.inspector());
    for (const [what, work] of Object.entries(await worksOf(cloud.url, owner, ids))) {
      for (let i = 0; i < WARM_UP; i++) await done(work);
      const before = cpuMs();
      for (let i = 0; i < REQUESTS; i++) await done(work);
      const ofProcess = (cpuMs() - before) / REQUESTS;
      const ofIsolate = await inspector.profile(async () => {
        for (let i = 0; i < REQUESTS; i++) await done(work);
      });
      report.figure({ what, value: ofIsolate / REQUESTS, unit: "ms of the isolate's CPU", runs: REQUESTS, goal: { atMost: BUDGET_MS } });
      report.figure({ what: `${what}: with all that workerd does`, value: ofProcess, unit: "ms of CPU", runs: REQUESTS });
    }
    inspector.close();
  } finally {
    await cloud.stop();
  }
}

async function worksOf(url: string, owner: Client, ids: readonly string[]): Promise<Record<string, Work>> {
  // They are all of one month.
  const { month, revision } = await owner.json<{ month: number; revision: number }>("GET", `/api/timeline/locate?id=${ids[0]}`);
  const plan = (count: number) => () => {
    const files = Array.from({ length: count }, (_, i) => ({
      name: `IMG_${i}.jpg`,
      size: 4_000_000 + i,
      type: "image/jpeg",
      sha256: createHash("sha256").update(randomBytes(16)).digest("hex"),
      modifiedAt: "2026-11-22T10:00:00",
    }));
    return owner.call("POST", "/api/uploads", { files });
  };
  const shared = ids.slice(0, MOST);
  const { id: albumId } = await owner.json<{ id: string }>("POST", "/api/albums", { title: "Of the bench", photos: { ids: shared } });
  const link = new URL((await owner.json<{ url: string }>("POST", "/api/links", { albumId, hideMetadata: false })).url);
  const head = /"(?<head>.+)"/u.exec((await owner.call("GET", "/api/timeline/geometry")).headers.get("etag") ?? "")?.groups?.["head"];
  const items = (count: number, fresh = "") => owner.call("GET", `/api/timeline/items?ranges=${month}:${revision}:0:${count}${fresh}`);
  const anew = (count: number) => () => items(count, `&fresh=${crypto.randomUUID()}`);
  return {
    "nothing but a refusal, which asks nobody": () => fetch(`${url}/api/timeline/geometry`),
    "geometry of 500, by a pass from the cache": () => owner.call("GET", "/api/timeline/geometry"),
    [`items of ${MOST}, by a pass from the cache`]: () => items(MOST),
    "whether anything has changed": () => owner.call("GET", `/api/timeline/changes?since=${head}`),
    "where a photo is": () => owner.call("GET", `/api/timeline/locate?id=${ids[0]}`),
    "items of 100, signed anew": anew(100),
    [`items of ${MOST}, signed anew`]: anew(MOST),
    [`${MOST} photos of a link`]: () => createClient(url, "").call("POST", `${link.pathname}/items`, { ids: shared }),
    [`${MOST} originals to download`]: () => owner.call("POST", "/api/assets/downloads", { ids: ids.slice(0, MOST) }),
    "a plan of 25 files, signed": plan(25),
    "a plan of 50 files, signed": plan(50),
  };
}

async function done(work: Work): Promise<void> {
  const answer = await work();
  const text = await answer.text();
  if (!answer.ok && answer.status !== 401) throw new Error(`${answer.status} ${text}`);
}

/** What workerd, a child of this process, has used of the processors so far: not only its program, but all that it does to be asked and to ask. */
function cpuMs(): number {
  const processes = readdirSync("/proc").filter((entry) => /^\d+$/u.test(entry));
  const own = processes.map(statOf).filter((stat) => stat?.parent === process.pid && stat.name === "workerd");
  if (own.length !== 1) throw new Error(`There are ${own.length} workerds here.`);
  return own[0]?.ms ?? 0;
}

function statOf(pid: string): { name: string; parent: number; ms: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [, called = "", rest = ""] = /\((.*)\) (.*)/su.exec(stat) ?? [];
    const fields = rest.split(" ");
    return { name: called, parent: Number(fields[1]), ms: ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS };
  } catch {
    return undefined;
  }
}
