import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { setup as buildWeb } from "../support/build.ts";
import { chromePath, launchBrowser } from "../support/browser.ts";
import { OWNER } from "../support/client.ts";
import { startLaptop, type Laptop } from "../support/laptop.ts";
import { seedLibrary } from "../support/seed.ts";
import { median, type Report } from "./report.ts";

const PHOTOS = Number(process.env["BENCH_PHOTOS"] ?? 100_000);
const SCROLL_SECONDS = Number(process.env["BENCH_SCROLL_SECONDS"] ?? 60);
const LOADS = 5;

export const name = "web-timeline";

/** The timeline of a large library in real Chromium, against the real laptop server, its store and every photo's own thumbnail. */
export async function run(report: Report): Promise<void> {
  if (chromePath === undefined) throw new Error("no Chromium: set CHROME_PATH");
  buildWeb();
  const dataDir = await mkdtemp(join(process.env["BENCH_DIR"] ?? tmpdir(), "tintype-bench-"));
  let laptop: Laptop | undefined;
  let browser: Browser | undefined;
  try {
    await seedLibrary(dataDir, PHOTOS);
    laptop = await startLaptop({ dataDir });
    await becomeQuiet(laptop.pid);
    browser = await launchBrowser();
    await measureLoads(report, browser, laptop.url);
    const page = await openTimeline(browser, laptop.url);
    await measureJumps(report, page);
    await measureFrames(report, page);
    await measureMemory(report, page);
  } finally {
    await browser?.close();
    await laptop?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Waits, at most a quarter of an hour, until the store has read the seeded files, as it does once with files it has not seen. */
async function becomeQuiet(pid: number): Promise<void> {
  const cpu = async () => {
    const [, fields = ""] = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ");
    const [user = 0, system = 0] = fields.split(" ").slice(11, 13).map(Number);
    return user + system;
  };
  let before = await cpu();
  for (let quiet = 0, left = 450; quiet < 3 && left > 0; left--) {
    await new Promise((resolve) => {
      setTimeout(resolve, 2_000);
    });
    const now = await cpu();
    quiet = now - before < 10 ? quiet + 1 : 0;
    before = now;
  }
}

/** A page of somebody who has been here before and is signed in, with nothing in the browser's cache. */
async function openPage(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: url, bypassCSP: true });
  const { email, password } = OWNER;
  const signedIn = await context.request.post("/api/auth/sign-in/email", { data: { email, password }, headers: { origin: url } });
  if (!signedIn.ok()) throw new Error(`sign-in answered ${signedIn.status()}: ${await signedIn.text()}`);
  await context.addInitScript(`
    const watch = () => {
      if (document.querySelectorAll(".tile-image.shown").length >= 20) globalThis.shownAt = performance.now();
      else requestAnimationFrame(watch);
    };
    requestAnimationFrame(watch);`);
  const page = await context.newPage();
  await page.goto("/");
  await page.waitForFunction("globalThis.shownAt > 0");
  const session = await context.newCDPSession(page);
  await session.send("Network.clearBrowserCache");
  return page;
}

async function openTimeline(browser: Browser, url: string): Promise<Page> {
  const page = await openPage(browser, url);
  await page.goto("/");
  await page.waitForFunction("globalThis.shownAt > 0");
  return page;
}

async function measureLoads(report: Report, browser: Browser, url: string): Promise<void> {
  const paints: number[] = [];
  const thumbs: number[] = [];
  for (let load = 0; load < LOADS; load++) {
    const page = await openTimeline(browser, url);
    thumbs.push(await page.evaluate<number>("globalThis.shownAt"));
    paints.push(await page.evaluate<number>(`performance.getEntriesByName("first-contentful-paint")[0].startTime`));
    await page.context().close();
  }
  const library = `${PHOTOS.toLocaleString("en")} photos`;
  const tell = (what: string, times: number[], atMost: number) =>
    report.figure({
      what,
      value: median(times),
      unit: "ms",
      goal: { atMost },
      runs: LOADS,
      spread: [Math.min(...times), Math.max(...times)],
    });
  tell(`${library}: first contentful paint`, paints, 800);
  tell(`${library}: first 20 thumbnails`, thumbs, 1_200);
}

/** True when everything in view has its thumbnail. */
const SHOWN = `(() => {
  const seen = [...document.querySelectorAll(".tile")].filter((tile) => {
    const { top, bottom } = tile.getBoundingClientRect();
    return bottom > 64 && top < innerHeight;
  });
  return seen.length > 8 && seen.every((tile) => tile.querySelector(".tile-image.shown"));
})()`;

async function scrubberBox(page: Page): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await page.locator(".scrubber").boundingBox();
  if (!box) throw new Error("there is no scrubber");
  return box;
}

async function measureJumps(report: Report, page: Page): Promise<void> {
  const { x, y, height } = await scrubberBox(page);
  const times: number[] = [];
  for (const share of [0.21, 0.83, 0.47, 0.92, 0.35, 0.68, 0.12]) {
    const begin = performance.now();
    await page.mouse.click(x + 30, y + height * share);
    await page.waitForFunction(SHOWN, undefined, { polling: "raf" });
    times.push(performance.now() - begin);
    await page.waitForTimeout(300);
  }
  const spread: [number, number] = [Math.min(...times), Math.max(...times)];
  report.figure({
    what: "jump to a date → its thumbnails",
    value: median(times),
    unit: "ms",
    goal: { atMost: 600 },
    runs: times.length,
    spread,
  });
}

/** Times between frames from now until the returned function is called. */
async function recordFrames(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(`
    globalThis.frames_ = [];
    let last = performance.now();
    globalThis.recording = true;
    const frame = (time) => {
      globalThis.frames_.push(time - last);
      last = time;
      if (globalThis.recording) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);`);
  return () => page.evaluate<number[]>("globalThis.recording = false, globalThis.frames_.slice(2)");
}

/** Counts the main thread's CPU from now on, in ms: unlike times on the clock it does not grow on a busy machine. */
async function countCpu(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const read = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name: metric }) => metric === "TaskDuration")?.value ?? Number.NaN) * 1_000;
  };
  const begin = await read();
  return async () => (await read()) - begin;
}

async function measureFrames(report: Report, page: Page): Promise<void> {
  await page.mouse.move(700, 500);
  const cpu = await countCpu(page);
  const steady = await recordFrames(page);
  for (let step = 0; step < 120; step++) {
    await page.mouse.wheel(0, 100);
    await page.waitForTimeout(33);
  }
  const frames = (await steady()).toSorted((a, b) => a - b);
  report.figure({
    what: "steady scroll: 95th percentile of frame times",
    value: frames[Math.floor(frames.length * 0.95)]!,
    unit: "ms",
    goal: { atMost: 20 },
  });
  report.figure({ what: "steady scroll: main thread CPU a frame", value: (await cpu()) / frames.length, unit: "ms", goal: { atMost: 8 } });
  const { x, y, height } = await scrubberBox(page);
  await page.mouse.move(x + 30, y + 20);
  await page.mouse.down();
  const scrub = await recordFrames(page);
  for (let step = 0; step <= 150; step++) await page.mouse.move(x + 30, y + 20 + ((height - 40) * step) / 150);
  const scrubbed = await scrub();
  await page.mouse.up();
  const slow = (scrubbed.filter((time) => time > 50).length / scrubbed.length) * 100;
  report.figure({ what: "full-range scrub: frames above 50 ms", value: slow, unit: "%", goal: { atMost: 5 } });
}

async function measureMemory(report: Report, page: Page): Promise<void> {
  const { x, y, height } = await scrubberBox(page);
  const end = performance.now() + SCROLL_SECONDS * 1_000;
  let elements = 0;
  let images = 0;
  for (let round = 0; performance.now() < end; round++) {
    await page.mouse.click(x + 30, y + height * (((round * 37) % 97) / 100 + 0.01));
    await page.mouse.move(700, 500);
    for (let step = 0; step < 30; step++) {
      await page.mouse.wheel(0, 240);
      await page.waitForTimeout(30);
    }
    const [now, shown] = await page.evaluate<[number, number]>(`[document.querySelectorAll("*").length, document.images.length]`);
    elements = Math.max(elements, now);
    images = Math.max(images, shown);
  }
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  report.figure({ what: `heap after ${SCROLL_SECONDS} s of scrolling`, value: usedSize / 1e6, unit: "MB", goal: { atMost: 30 } });
  report.figure({ what: "elements in the document, at most", value: elements, unit: "", goal: { atMost: 1_500 } });
  report.figure({ what: "images in the document, at most", value: images, unit: "", goal: { atMost: 120 } });
}
