import { readdirSync, readFileSync } from "node:fs";
import { createClient, setUp } from "../support/client.ts";
import { type Cloud, hasSqs, startCloud } from "../support/cloud.ts";
import { corpus } from "../support/corpus.ts";
import { bundleLambda, type Lambda } from "../support/lambda.ts";
import { BUCKET } from "../support/s3-server.ts";
import { freePort } from "../support/postgres.ts";
import { bundleWorker, startWorker } from "../support/worker.ts";
import { median, type Report } from "./report.ts";

export const name = "cold";

const RUNS = 5;
const SAMPLE_MS = 20;
/** The largest pictures that there are: by their pixels, and by their bytes. */
const LARGE = ["heic/200MP.heic", "phones/IMG_20180725_163423.jpg"];

/** Where nobody answers. */
const NOWHERE = "http://127.0.0.1:1";

/**
 * Each function of the deployed bundle in a process that has just begun: until its first answer, and the most memory that it and its children have.
 */
export async function run(report: Report): Promise<void> {
  await coldWorker(report);
  if (!hasSqs) return;
  bundleLambda();
  const cloud = await startCloud();
  if (!cloud) return;
  try {
    const { open } = await cloud.functions.migrate.call<{ open: string }>({});
    createClient(cloud.url, await setUp(cloud.url, open.split("token=")[1] ?? ""));
    await cloud.settle();
    const { migrate, api, cron, work, ingest } = cloud.functions;
    await cold(report, "migrate", migrate, () => migrate.call({}));
    await cold(report, "api, asked whether it is ready", api, () => askReady(cloud));
    await cold(report, "cron", cron, () => cron.call({}));
    await cold(report, "work, with a tidying", work, () => work.call({ Records: [{ body: "tidy" }] }));
    let batch = 0;
    for (const file of LARGE) {
      await cold(report, `ingest of ${file}`, ingest, () => ingestSome(cloud, [file], ++batch));
    }
    const five = readdirSync(corpus("wide-gamut")).filter((file) => file.endsWith(".jpg"));
    await cold(report, "ingest of five photos at once", ingest, () =>
      ingestSome(
        cloud,
        five.slice(0, 5).map((file) => `wide-gamut/${file}`),
        ++batch,
      ),
    );
    const both = [LARGE[0]!, LARGE[0]!];
    await cold(report, `ingest of two ${LARGE[0]} at once`, ingest, () => ingestSome(cloud, both, ++batch));
  } finally {
    await cloud.stop();
  }
}

/** The Worker in workerd, asked by nobody who is signed in: it has neither database nor store to ask. */
async function coldWorker(report: Report): Promise<void> {
  bundleWorker();
  const S3 = { S3_ENDPOINT: NOWHERE, S3_REGION: "auto", S3_BUCKET: BUCKET, S3_ACCESS_KEY_ID: "key", S3_SECRET_ACCESS_KEY: "secret" };
  const queues = { AWS_QUEUE_REGION: "eu-central-1", WAKE_QUEUE_URL: `${NOWHERE}/wake`, INGEST_QUEUE_URL: `${NOWHERE}/ingest` };
  const origin = {
    PUBLIC_URL: NOWHERE,
    ORIGIN_URL: NOWHERE,
    LOOKS_QUEUE_URL: NOWHERE,
    DATABASE_URL: "postgres://a:b@ep-a.neon.test/a",
    FRONT_TOKEN: "token".repeat(9),
  };
  const times: number[] = [];
  const peaks: number[] = [];
  for (let left = RUNS; left > 0; left--) {
    const began = performance.now();
    const neon = { origin: NOWHERE, address: "127.0.0.1:1" };
    const worker = await startWorker({ port: await freePort(), env: { ...S3, ...queues, ...origin }, neon });
    const answer = await fetch(`${worker.url}/api/timeline/geometry`);
    if (answer.status !== 401) throw new Error(`the Worker answers ${answer.status}: ${worker.log()}`);
    times.push(performance.now() - began);
    peaks.push(memoryOf(workerd()) / 1024);
    await worker.stop();
  }
  report.figure({
    what: "Worker: until the first answer, with workerd itself",
    value: median(times),
    unit: "ms",
    runs: RUNS,
    spread: [Math.min(...times), Math.max(...times)],
  });
  report.figure({
    what: "Worker: memory, with workerd itself",
    value: median(peaks),
    unit: "MB",
    runs: RUNS,
    spread: [Math.min(...peaks), Math.max(...peaks)],
  });
}

/** What it needs, the database and the store, must answer as well. */
async function askReady(cloud: Cloud): Promise<void> {
  const { status } = await fetch(`${cloud.url}/readyz`, { headers: { connection: "close" } });
  if (status !== 200) throw new Error(`the API answers ${status}: ${cloud.functions.api.log()}`);
}

/** The one that is this process's child. */
function workerd(): number | undefined {
  const own = readdirSync("/proc").find((pid) =>
    new RegExp(`^\\d+ \\(workerd\\) \\S ${process.pid} `, "u").test(read(`/proc/${pid}/stat`)),
  );
  return own === undefined ? undefined : Number(own);
}

/** Bytes that are new each time lie there, and their messages are told. */
async function ingestSome(cloud: Cloud, files: readonly string[], batch: number): Promise<unknown> {
  cloud.tellsEvents(false);
  const Records = await Promise.all(
    files.map(async (file, i) => {
      const key = `library/anna-klein/2026/11/${batch}-${i}-${file.replace("/", "-")}`;
      await cloud.store.put(key, Buffer.concat([readFileSync(corpus(file)), Buffer.from(`${batch}-${i}`.padEnd(16))]));
      const body = JSON.stringify({ Records: [{ eventName: "ObjectCreated:Put", s3: { bucket: { name: BUCKET }, object: { key } } }] });
      return { messageId: key, body, attributes: { ApproximateReceiveCount: "1" } };
    }),
  );
  return cloud.functions.ingest.call({ Records });
}

async function cold(report: Report, what: string, lambda: Lambda, work: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  const inits: number[] = [];
  const peaks: number[] = [];
  for (let left = RUNS; left > 0; left--) {
    await lambda.end();
    let peak = 0;
    const sampler = setInterval(() => (peak = Math.max(peak, memoryOf(lambda.pid()))), SAMPLE_MS);
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
    clearInterval(sampler);
    inits.push(lambda.initMs() ?? Number.NaN);
    peaks.push(peak / 1024);
  }
  const figure = (about: string, values: readonly number[], unit: string) =>
    report.figure({
      what: `${what}: ${about}`,
      value: median(values),
      unit,
      runs: RUNS,
      spread: [Math.min(...values), Math.max(...values)],
    });
  figure("until the first answer", times, "ms");
  figure("of which loading its modules", inits, "ms");
  figure("memory at most", peaks, "MB");
}

/** Kilobytes of a process and all below it; what several of them share is counted once (proportional set size). */
function memoryOf(root: number | undefined): number {
  if (root === undefined) return 0;
  const parents = new Map<number, number[]>();
  for (const pid of readdirSync("/proc").filter((entry) => /^\d+$/u.test(entry))) {
    const parent = Number(
      read(`/proc/${pid}/stat`)
        .replace(/^.*\) /su, "")
        .split(" ")[1],
    );
    parents.set(parent, [...(parents.get(parent) ?? []), Number(pid)]);
  }
  const below = (pid: number): number[] => [pid, ...(parents.get(pid) ?? []).flatMap(below)];
  return below(root).reduce((sum, pid) => sum + Number(/^Pss:\s+(\d+) kB/mu.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0), 0);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
