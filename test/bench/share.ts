import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { setup as buildWeb } from "../support/build.ts";
import { chromePath, launchBrowser } from "../support/browser.ts";
import { type Client, createClient, setUp, signIn } from "../support/client.ts";
import { type Laptop, startLaptop } from "../support/laptop.ts";
import { seedLibrary } from "../support/seed.ts";
import { median, type Report } from "./report.ts";

const PHOTOS = 10_000;
const ZIPPED = 500;
const ZIPPED_BYTES = 2_000_000;
const LOADS = 5;
const RUNS = 3;
/** Runs on Node 20; it is fetched when the bench runs, and is no dependency. */
const LIGHTHOUSE = "lighthouse@12.8.2";

export const name = "share";

/** The page of a share link in real Chromium, against the real laptop server: how soon it shows, and how fast it packs. */
export async function run(report: Report): Promise<void> {
  buildWeb();
  const dataDir = await mkdtemp(join(process.env["BENCH_DIR"] ?? tmpdir(), "tintype-bench-"));
  const browser = await launchBrowser();
  try {
    await seedLibrary(join(dataDir, "large"), PHOTOS);
    await withLaptop(join(dataDir, "large"), async (laptop) => {
      const owner = createClient(laptop.url, await signIn(laptop.url));
      const ids = Array.from({ length: PHOTOS }, (_, i) => `01900000-0000-7000-8000-${i.toString(16).padStart(12, "0")}`);
      const url = await share(owner, ids);
      await measureLoads(report, browser, url);
      await measureLighthouse(report, url);
    });
    await withLaptop(join(dataDir, "zip"), async (laptop) => {
      const owner = createClient(laptop.url, await setUp(laptop.url, laptop.token ?? ""));
      await measureZip(report, browser, await share(owner, await sendFiles(owner)));
    });
  } finally {
    await browser.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function withLaptop(dataDir: string, use: (laptop: Laptop) => Promise<void>): Promise<void> {
  const laptop = await startLaptop({ dataDir });
  try {
    await use(laptop);
  } finally {
    await laptop.stop();
  }
}

async function share(owner: Client, assetIds: readonly string[]): Promise<string> {
  return (await owner.json<{ url: string }>("POST", "/api/links", { assetIds, title: "Mongolia", hideMetadata: false })).url;
}

/** Files that are no pictures, so that nothing is made of them: what is measured is their way. */
async function sendFiles(owner: Client): Promise<string[]> {
  const ids: string[] = [];
  for (let from = 0; from < ZIPPED; from += 50) {
    const names = Array.from({ length: Math.min(50, ZIPPED - from) }, (_, i) => `IMG_${from + i}.jpg`);
    const sent = await Promise.all(names.map((file) => owner.upload({ name: file, bytes: randomBytes(ZIPPED_BYTES) })));
    const settled = await owner.settled(
      sent.flatMap((each) => (each.status === "sent" ? [each.uploadId] : [])),
      300_000,
    );
    ids.push(...settled.flatMap(({ assetId }) => assetId ?? []));
  }
  return ids;
}

const WATCH = `
  const watch = () => {
    if (document.querySelectorAll(".tile-image.shown").length >= 20) globalThis.shownAt = performance.now();
    else requestAnimationFrame(watch);
  };
  requestAnimationFrame(watch);`;

async function measureLoads(report: Report, browser: Browser, url: string): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i <= LOADS; i++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, bypassCSP: true });
    await context.addInitScript(WATCH);
    const page = await context.newPage();
    await page.goto(url);
    await page.waitForFunction("globalThis.shownAt > 0");
    times.push(await page.evaluate<number>("globalThis.shownAt"));
    await context.close();
  }
  // The first one finds a server that has just started.
  const value = median(times.slice(1));
  report.figure({ what: `Share of ${PHOTOS.toLocaleString("en")}: first 20 thumbnails`, value, unit: "ms", goal: { atMost: 1_200 } });
}

async function measureLighthouse(report: Report, url: string): Promise<void> {
  for (const [form, preset, goal] of [
    ["desktop", ["--preset=desktop"], 95],
    ["mobile", [], 80],
  ] as const) {
    const flags = ["--quiet", "--output=json", "--only-categories=performance", "--chrome-flags=--headless=new --no-sandbox"];
    const { stdout } = await promisify(execFile)("npx", ["--yes", LIGHTHOUSE, url, ...preset, ...flags], {
      env: { ...process.env, CHROME_PATH: chromePath },
      maxBuffer: 64_000_000,
    });
    const { categories } = JSON.parse(stdout) as { categories: { performance: { score: number } } };
    const value = Math.round(categories.performance.score * 100);
    report.figure({ what: `Lighthouse performance, ${form}`, value, unit: "", goal: { atLeast: goal } });
  }
}

/** Both throw away what comes: what is compared is the way there, not a disk. */
async function measureZip(report: Report, browser: Browser, url: string): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, bypassCSP: true });
  await context.addInitScript(`
    globalThis.showSaveFilePicker = async () => ({
      createWritable: async () => new WritableStream({ write: (chunk) => void (globalThis.written += chunk.byteLength), close: () => void (globalThis.endedAt = performance.now()) }),
      getFile: async () => ({ size: 1 }),
    });`);
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole("button", { name: /^Download all/u }).waitFor();
  const rates: { zip: number; bare: number }[] = [];
  for (let i = 0; i < RUNS; i++) rates.push({ zip: await zipRate(page), bare: await bareRate(page) });
  const zip = median(rates.map((each) => each.zip));
  const bare = median(rates.map((each) => each.bare));
  report.figure({ what: `Zip of ${ZIPPED} photos`, value: zip, unit: "MB/s" });
  report.figure({ what: "The same files without a zip", value: bare, unit: "MB/s" });
  report.figure({ what: "Zip ÷ bare download", value: zip / bare, unit: "×", goal: { atLeast: 0.8 } });
  await context.close();
}

async function zipRate(page: Page): Promise<number> {
  await page.evaluate("globalThis.written = 0; globalThis.endedAt = 0; globalThis.beganAt = performance.now()");
  await page.getByRole("button", { name: /^Download all/u }).click();
  await page.waitForFunction("globalThis.endedAt > 0", undefined, { timeout: 300_000 });
  return page.evaluate<number>("globalThis.written / (globalThis.endedAt - globalThis.beganAt) / 1_000");
}

/** The same files, asked for in the same way, three at a time, one batch of URLs after the other, and nothing done with them. */
async function bareRate(page: Page): Promise<number> {
  return page.evaluate<number>(`(async () => {
    const home = location.pathname;
    const listed = new Uint8Array(await (await fetch(home + "/geometry")).arrayBuffer());
    const count = new DataView(listed.buffer).getUint32(8, true);
    const hex = (at) => Array.from(listed.subarray(12 + at * 16, 28 + at * 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const ids = Array.from({ length: count }, (_, at) => hex(at).replace(/^(.{8})(.{4})(.{4})(.{4})/u, "$1-$2-$3-$4-"));
    const began = performance.now();
    let bytes = 0;
    for (let at = 0; at < ids.length; at += 50) {
      const body = JSON.stringify({ ids: ids.slice(at, at + 50) });
      const { files } = await (await fetch(home + "/downloads", { method: "POST", headers: { "content-type": "application/json" }, body })).json();
      const lane = async () => {
        for (let file = files.shift(); file; file = files.shift()) {
          await (await fetch(file.url, { cache: "no-store" })).body.pipeTo(new WritableStream({ write: (chunk) => void (bytes += chunk.byteLength) }));
        }
      };
      await Promise.all([lane(), lane(), lane()]);
    }
    return bytes / (performance.now() - began) / 1_000;
  })()`);
}
