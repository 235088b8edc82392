import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromePath, launchBrowser, openPage, signInPage } from "../support/browser.ts";
import { type Laptop, startLaptop } from "../support/laptop.ts";
import { photograph } from "../support/screenshot.ts";
import { seedLibrary } from "../support/seed.ts";

/** Days of a few photos each, so that several share the first row: the newest day is told first. */
const DATES = [3, 2, 1, 1, 2, 3, 4, 1, 2].flatMap((count, day) =>
  Array.from({ length: count }, (_photo, i) => `2026-11-${27 - day} 12:0${9 - i}`),
);

/** What covers what at the top of the timeline. */
describe.skipIf(chromePath === undefined)("the first row", () => {
  let dataDir: string;
  let laptop: Laptop;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "tintype-top-"));
    await seedLibrary(dataDir, DATES.length, { takenAt: DATES });
    [laptop, browser] = await Promise.all([startLaptop({ dataDir, bundled: true }), launchBrowser()]);
    ({ page } = await openPage(browser, { viewport: { width: 1440, height: 900 } }));
    await signInPage(page, laptop.url);
    await page.goto(laptop.url);
    await page.locator(".tile-image.shown").nth(4).waitFor();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** The headings of days whose words lie below something, or are cut off. */
  const covered = (selector: string): Promise<string[]> =>
    page.evaluate<string[]>(`(() => {
      const over = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
      return [...document.querySelectorAll(".day-title")].filter((title) => {
        const words = document.createRange();
        words.selectNodeContents(title);
        const { left, right, top, bottom } = words.getBoundingClientRect();
        const isCut = title.scrollWidth > title.clientWidth;
        return isCut || (left < over.right && right > over.left && top < over.bottom && bottom > over.top);
      }).map((title) => title.textContent);
    })()`);

  it("has no day below the buttons for the size of the photos, at any width and size", async () => {
    const found: string[] = [];
    const below = new Set<boolean>();
    for (const width of [1440, 1366, 1280, 1180, 1000, 390, 360]) {
      await page.setViewportSize({ width, height: 900 });
      for (const size of ["Small", "Medium", "Large"]) {
        await page.getByRole("button", { name: size, exact: true }).click();
        await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 50))))");
        found.push(...(await covered(".gallery-sizes")).map((day) => `${width} ${size}: ${day}`));
        below.add((await page.locator(".grid-head[data-below]").count()) > 0);
      }
    }
    expect(found).toEqual([]);
    expect(below).toEqual(new Set([false, true]));
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole("button", { name: "Medium", exact: true }).click();
    expect(await photograph(page, "timeline-top")).toEqual([]);
  });

  it.each([1440, 390])("is not covered by what is said while nobody answers, %d wide", async (width) => {
    await page.setViewportSize({ width, height: 900 });
    await page.context().setOffline(true);
    await page.getByText("Tintype cannot be reached.").waitFor();
    await expect.poll(() => covered(".bars")).toEqual([]);
    expect(await covered(".gallery-sizes")).toEqual([]);
    expect(await photograph(page, `timeline-away-${width}`, { phone: false })).toEqual([]);
    await page.context().setOffline(false);
    await expect.poll(() => page.locator(".bar").count()).toBe(0);
    const box = await page.locator(".day-title").first().boundingBox();
    expect(box!.y).toBeLessThan(64 + 48 + 48);
  });
});
