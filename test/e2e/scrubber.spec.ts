import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Browser, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromePath, launchBrowser, openPage, signInPage, type WatchedPage } from "../support/browser.ts";
import { type Laptop, startLaptop } from "../support/laptop.ts";
import { seedLibrary } from "../support/seed.ts";

/** Two photos in each of forty months from October 2026 back, and one in each of two that are long ago. */
const MONTHS = Array.from({ length: 40 }, (_, i) => new Date(Date.UTC(2026, 9 - i, 14)).toISOString().slice(0, 7));
const DATES = [
  ...MONTHS.flatMap((month) => [`${month}-14T10:00:00`, `${month}-03T10:00:00`]),
  "2011-08-05T10:00:00",
  "2000-11-19T10:00:00",
];

describe.skipIf(chromePath === undefined)("the scrubber", () => {
  let dataDir: string;
  let laptop: Laptop;
  let browser: Browser;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "tintype-scrubber-"));
    await seedLibrary(dataDir, DATES.length, { takenAt: DATES });
    [laptop, browser] = await Promise.all([startLaptop({ dataDir, bundled: true }), launchBrowser()]);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function open(options: Parameters<typeof openPage>[1]): Promise<WatchedPage> {
    const watched = await openPage(browser, options);
    await signInPage(watched.page, laptop.url);
    await watched.page.goto(laptop.url);
    await watched.page.locator(".tile-image.shown").nth(4).waitFor();
    return watched;
  }

  const slider = (page: Page) => page.getByRole("slider", { name: "Timeline" });
  const bubble = (page: Page) => page.locator(".scrubber-bubble");
  /** "Nov 2000" of the bubble's "Nov 2000 · 1"; British September is "Sept". */
  const told = async (page: Page) => ((await bubble(page).textContent()) ?? "").replace("Sept", "Sep").replace(/ · .*/u, "");
  /** "November 2000" of the slider's "November 2000, 1 item". */
  const month = async (page: Page) => ((await slider(page).getAttribute("aria-valuetext")) ?? "").split(",")[0] ?? "";
  /** "Nov 2000" of "November 2000", as the bubble and the headings write it. */
  const short = (long: string) => long.replace(/^(\w{3})\w*/u, "$1");
  const boxOf = async (page: Page, selector: string) => (await page.locator(selector).boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  /** The names of the photos in the window: "Photo, 14 March 2025". */
  const seen = (page: Page) =>
    page.evaluate<string[]>(`(() => {
      const window = document.querySelector(".grid").getBoundingClientRect();
      const isSeen = ({ top, bottom }) => bottom > window.top && top < window.bottom;
      return [...document.querySelectorAll(".tile-link[href]")].filter((link) => isSeen(link.getBoundingClientRect())).map((link) => link.ariaLabel);
    })()`);

  it("goes to the oldest month by End, and says so beside the handle, not over the photos", async () => {
    const { page, problems } = await open({ viewport: { width: 1440, height: 900 } });
    await slider(page).focus();
    await page.keyboard.press("End");
    await expect.poll(() => month(page)).toBe("November 2000");
    await expect.poll(() => seen(page)).toContainEqual(expect.stringContaining("November 2000"));
    expect(await bubble(page).textContent()).toBe("Nov 2000 · 1");
    await expect.poll(() => page.evaluate(`getComputedStyle(document.querySelector(".scrubber-bubble")).opacity`)).toBe("1");
    expect(await page.locator(".grid-month[data-shown]").count()).toBe(0);
    // To the beginning of the month, and then to the one before.
    await page.keyboard.press("PageUp");
    await page.keyboard.press("PageUp");
    await expect.poll(() => month(page)).toBe("August 2011");
    await page.keyboard.press("Home");
    await expect.poll(() => month(page)).toBe("October 2026");
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it("has its focus ring beside the years, on none of them", async () => {
    const { page } = await open({ viewport: { width: 1440, height: 900 } });
    await slider(page).focus();
    await page.keyboard.press("Home");
    const reach = await page.evaluate<number>(`{
      const handle = document.querySelector(".scrubber-handle");
      const bar = getComputedStyle(handle, "::before");
      const whole = [bar.width, bar.right, bar.outlineWidth, bar.outlineOffset].reduce((sum, each) => sum + parseFloat(each), 0);
      getComputedStyle(handle).outlineStyle === "none" ? whole : handle.offsetWidth;
    }`);
    expect(reach).toBeGreaterThan(8);
    const gaps = await page.evaluate<number[]>(
      `[...document.querySelectorAll(".scrubber-year, .scrubber-dot")].map((each) => innerWidth - each.getBoundingClientRect().right)`,
    );
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(reach);
    await page.context().close();
  });

  it("is dragged with the mouse: the bubble names what is passed, and it lands where it is let go", async () => {
    const { page, problems } = await open({ viewport: { width: 1440, height: 900 } });
    const track = await boxOf(page, ".scrubber");
    const x = track.x + track.width - 10;
    await page.mouse.move(x, track.y + 14);
    await page.mouse.down();
    const passed = new Set<string>();
    for (const share of [0.1, 0.25, 0.4, 0.55, 0.7, 0.85]) {
      await page.mouse.move(x, track.y + share * track.height, { steps: 4 });
      const text = await told(page);
      await expect.poll(async () => short(await month(page))).toBe(text);
      const { y, height } = await boxOf(page, ".scrubber-bubble");
      expect(Math.abs(y + height / 2 - (track.y + share * track.height))).toBeLessThan(2);
      passed.add(text);
    }
    expect(passed.size).toBe(6);
    await page.mouse.up();
    const landed = await month(page);
    await expect.poll(() => seen(page)).toContainEqual(expect.stringContaining(landed));
    // Let go, it is not dragged any more.
    await page.mouse.move(x, track.y + 40);
    expect(await month(page)).toBe(landed);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it("jumps to the year that is clicked", async () => {
    const { page } = await open({ viewport: { width: 1440, height: 900 } });
    await page.locator(".scrubber-year", { hasText: "2025" }).click();
    await expect.poll(() => month(page)).toMatch(/2025$/u);
    await page.context().close();
  });

  it.each([390, 660, 699])(
    "leaves the pictures the whole width of a window of %d pixels, where it comes only when one scrolls",
    async (width) => {
      const { page } = await open({ viewport: { width, height: 800 } });
      const right = await page.evaluate<number>(
        `Math.max(...[...document.querySelectorAll(".tile")].map((tile) => tile.getBoundingClientRect().right))`,
      );
      expect(right).toBe(width);
      await page.context().close();
    },
  );

  it("is taken by a finger anywhere on its handle, which does not jump, and lands where it is let go", async () => {
    const { page, problems } = await open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
    const session = await page.context().newCDPSession(page);
    const track = await boxOf(page, ".scrubber");
    await swipe(session, [200, 600], [200, 420]);
    await page.locator(".scrubber[data-scrolling]").waitFor();
    const before = await month(page);
    const handle = await boxOf(page, ".scrubber-handle");
    // All of it lies below the month that is shown meanwhile.
    const label = await boxOf(page, ".grid-month");
    expect(handle.y).toBeGreaterThanOrEqual(label.y + label.height);
    const [x, grip] = [handle.x + 30, handle.y + handle.height - 8];
    const offset = () => page.evaluate<number>(`document.querySelector(".grid-box").scrollTop`);
    const start = await offset();
    await touch(session, "touchStart", x, grip);
    await page.waitForTimeout(60);
    expect(await offset()).toBe(start);
    const passed = new Set([before]);
    let last = await told(page);
    for (const share of [0.3, 0.5, 0.7]) {
      await touch(session, "touchMove", x, track.y + share * track.height);
      await expect.poll(() => told(page)).not.toBe(last);
      last = await told(page);
      await expect.poll(async () => short(await month(page))).toBe(last);
      expect(await page.evaluate(`document.querySelector(".scrubber").hasAttribute("data-dragging")`)).toBe(true);
      passed.add(await month(page));
    }
    expect(passed.size).toBe(4);
    await touch(session, "touchEnd");
    const landed = await month(page);
    await expect.poll(() => seen(page)).toContainEqual(expect.stringContaining(landed));
    await page.waitForTimeout(200);
    expect(await month(page)).toBe(landed);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

async function touch(session: CDPSession, type: "touchStart" | "touchMove" | "touchEnd", x = 0, y = 0): Promise<void> {
  await session.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y }] });
}

async function swipe(session: CDPSession, [x, from]: [number, number], [, to]: [number, number]): Promise<void> {
  await touch(session, "touchStart", x, from);
  for (let step = 1; step <= 6; step++) await touch(session, "touchMove", x, from + ((to - from) * step) / 6);
  // A finger that stands still before it leaves throws nothing.
  await setTimeout(200);
  await touch(session, "touchEnd");
}
