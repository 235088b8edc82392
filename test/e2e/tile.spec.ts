import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromePath, launchBrowser, openPage, signInPage } from "../support/browser.ts";
import { createClient, setUp } from "../support/client.ts";
import { type Laptop, startLaptop } from "../support/laptop.ts";

describe.skipIf(chromePath === undefined)("a white picture on a white page", () => {
  let dataDir: string;
  let laptop: Laptop;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "tintype-tile-"));
    [laptop, browser] = await Promise.all([startLaptop({ dataDir, bundled: true }), launchBrowser()]);
    const client = createClient(laptop.url, await setUp(laptop.url, laptop.token ?? ""));
    const bytes = await sharp({ create: { width: 600, height: 400, channels: 3, background: "white" } })
      .jpeg()
      .toBuffer();
    const sent = await client.upload({ name: "white.jpg", bytes });
    if (sent.status !== "sent") throw new Error("the upload was not taken");
    await client.settled([sent.uploadId]);
    ({ page } = await openPage(browser, { viewport: { width: 1440, height: 900 }, colorScheme: "light" }));
    await signInPage(page, laptop.url);
    await page.goto(laptop.url);
    await page.locator(".tile-image.shown").waitFor();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** How bright the page is, 0 to 255, at a place of the tile. */
  async function brightness(x: number, y: number): Promise<number> {
    const box = (await page.locator(".tile-link").boundingBox()) ?? { x: 0, y: 0 };
    const place = { left: Math.round(box.x + x), top: Math.round(box.y + y), width: 1, height: 1 };
    const [grey] = await sharp(await page.screenshot())
      .extract(place)
      .greyscale()
      .raw()
      .toBuffer();
    return grey ?? 0;
  }

  it("has an edge that can be seen, and is white up to it", async () => {
    await expect.poll(() => brightness(0, 60)).toBeLessThan(240);
    expect(await brightness(0, 60)).toBeGreaterThan(200);
    expect(await brightness(2, 60)).toBe(255);
    expect(await brightness(-2, 60)).toBe(255);
  });

  it("is shown with its letters from the start: the page itself asks for them, once", async () => {
    const fonts = await page.evaluate<string[]>(
      `performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".woff2")).map(({ initiatorType }) => initiatorType)`,
    );
    expect(fonts).toEqual(["link"]);
  });

  it("shows its check when it is pointed at, and no shade over the picture", async () => {
    await page.mouse.move(400, 300);
    await page.locator(".tile").hover();
    await page.waitForTimeout(300);
    expect(await brightness(100, 4)).toBe(255);
    // The circle's own line.
    expect(await brightness(9, 22)).toBeLessThan(240);
  });
});
