import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CDPSession, Page } from "playwright-core";
import sharp from "sharp";
import { setup as buildWeb } from "../support/build.ts";
import { dropFiles, launchBrowser, openPage } from "../support/browser.ts";
import { OWNER } from "../support/client.ts";
import { startLaptop } from "../support/laptop.ts";
import type { Report } from "./report.ts";

export const name = "web-upload";

const FILES = 20_000;
const PER_FOLDER = 500;
const WATCH_MS = 30_000;

/** Dropping a folder of 20,000 files on the real app in a real browser: does the page stay quick, and how much memory does it take? */
export async function run(report: Report): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "tintype-bench-"));
  buildWeb();
  await fill(join(dir, "photos"));
  const laptop = await startLaptop({ dataDir: join(dir, "data") });
  const browser = await launchBrowser();
  try {
    const { page } = await openPage(browser, { viewport: { width: 1440, height: 900 } });
    await page.addInitScript(WATCH);
    await page.request.post(`${laptop.url}/api/setup`, { data: { token: laptop.token, ...OWNER }, headers: { origin: laptop.url } });
    await page.goto(laptop.url);
    await page.waitForSelector(".firstrun");
    await measure(report, page, join(dir, "photos"));
  } finally {
    await browser.close();
    await laptop.stop();
    await rm(dir, { recursive: true });
  }
}

async function measure(report: Report, page: Page, folder: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const before = await metric(session, "TaskDuration");
  await page.evaluate("longTasks.length = 0");
  const start = performance.now();
  await dropFiles(page, [folder], ".firstrun");
  await page.getByRole("button", { name: "Your account" }).click();
  await page.waitForSelector(".menu");
  report.figure({
    what: "drop of 20,000 files: a click is answered",
    value: performance.now() - start,
    unit: "ms",
    goal: { atMost: 1_000 },
  });
  await page.keyboard.press("Escape");

  await page.locator(".tray h2", { hasText: FILES.toLocaleString("en") }).waitFor({ timeout: 120_000 });
  report.figure({ what: "all of them are in the queue", value: (performance.now() - start) / 1000, unit: "s" });
  let heap = 0;
  let previews = 0;
  for (const end = performance.now() + WATCH_MS; performance.now() < end; await page.waitForTimeout(3_000)) {
    heap = Math.max(heap, await heapOf(session));
    previews = Math.max(previews, await page.locator(".tile img[src^='blob:']").count());
  }
  const tasks = await page.evaluate<number[]>("longTasks");
  report.figure({ what: "longest task", value: Math.max(0, ...tasks), unit: "ms", goal: { atMost: 200 } });
  report.figure({ what: "tasks above 50 ms", value: tasks.length, unit: "" });
  report.figure({ what: "tiles in view with a local preview", value: previews, unit: "" });
  report.figure({ what: "heap while uploading", value: heap, unit: "MB", goal: { atMost: 150 } });
  report.figure({ what: "main thread, own time", value: (await metric(session, "TaskDuration")) - before, unit: "s" });
}

const WATCH = `globalThis.longTasks = [];
new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });`;

async function heapOf(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  return (await metric(session, "JSHeapUsedSize")) / 1e6;
}

async function metric(session: CDPSession, wanted: string): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find((each) => each.name === wanted)?.value ?? Number.NaN;
}

/** Copies of one small photo, each with other bytes after its end: all of them can be decoded, and no two have the same hash. */
async function fill(folder: string): Promise<void> {
  const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
  const photo = await sharp({ create: { width: 320, height: 240, channels: 3, background: "#888", noise } })
    .blur(2)
    .jpeg()
    .toBuffer();
  for (let from = 0; from < FILES; from += PER_FOLDER) {
    const sub = join(folder, String(from));
    await mkdir(sub, { recursive: true });
    const numbers = Array.from({ length: PER_FOLDER }, (_, i) => from + i);
    await Promise.all(numbers.map((n) => writeFile(join(sub, `IMG_${n}.jpg`), Buffer.concat([photo, Buffer.from(`photo ${n}`)]))));
  }
}
