import { join } from "node:path";
import type { Page, Route } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { axeViolations, chromePath, dropFiles } from "../support/browser.ts";
import { createClient, signIn } from "../support/client.ts";
import type { Laptop } from "../support/laptop.ts";
import { photograph } from "../support/screenshot.ts";
import { hrefOf, openSeeded } from "../support/seeded.ts";

const PHOTOS = 3_000;
/** Seeded photos of a day; the newest is number 0. */
const A_DAY = 35;

describe.skipIf(chromePath === undefined)("the timeline of a large library", () => {
  let dataDir: string;
  let laptop: Laptop;
  let page: Page;
  let problems: string[];
  let close: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    ({ dataDir, laptop, page, problems, close } = await openSeeded(PHOTOS, /locate|assets\/\S*ffffffffffff/u));
  }, 240_000);
  afterAll(() => close?.());
  beforeEach(async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${laptop.url}/`);
    await page.locator(".tile-image.shown").nth(8).waitFor();
  });

  const scrollTop = () => page.evaluate<number>(`document.querySelector(".grid-box").scrollTop`);
  const selected = () => page.locator(".selection-count");
  const focused = () => page.evaluate<string>(`document.activeElement.getAttribute("href") ?? ""`);
  /** Tiles in the document that no slot has: each day's places must be there once. */
  const doubled = () =>
    page.evaluate<number>(`[...document.querySelectorAll(".day-list")].reduce((sum, { children }) =>
      sum + children.length - new Set([...children].map((tile) => tile.ariaPosInSet)).size, 0)`);

  it("is a list of links with names and places, reached by one Tab stop, without a violation in either theme", async () => {
    const first = page.getByRole("link", { name: "Photo, 22 November 2026" }).first();
    expect(await first.getAttribute("href")).toBe(hrefOf(0));
    const tile = page.getByRole("listitem").first();
    expect([await tile.getAttribute("aria-posinset"), await tile.getAttribute("aria-setsize")]).toEqual(["1", String(A_DAY)]);
    expect(await page.locator('.tile-link[tabindex="0"]').count()).toBe(1);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await axeViolations(page)).toEqual([]);
    }
  });

  it("moves by geometry with arrows, and opens and comes back to the tile", async () => {
    await page.locator(`.tile-link[href="${hrefOf(0)}"]`).focus();
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toBe(hrefOf(1));
    const below = await page.evaluate<number>(`(() => {
      const { left, right, bottom } = document.activeElement.getBoundingClientRect();
      const middle = (left + right) / 2;
      return [...document.querySelectorAll(".tile-link")].findIndex((link) => {
        const box = link.getBoundingClientRect();
        return box.top > bottom && box.left <= middle && box.right >= middle;
      });
    })()`);
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toBe(hrefOf(below));
    await page.keyboard.press("Enter");
    await page.locator("dialog.viewer[open] .slide-box").first().waitFor();
    expect(page.url()).toBe(`${laptop.url}${hrefOf(below)}`);
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.url()).toBe(`${laptop.url}${hrefOf(below + 1)}`);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.url()).toBe(`${laptop.url}/`);
    await expect.poll(focused).toBe(hrefOf(below + 1));
  });

  it("names the page by the photo, and gives the focus back to what opened the panel", async () => {
    expect(await page.title()).toBe("Photos · Tintype");
    await page.locator(`.tile-link[href="${hrefOf(4)}"]`).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => page.title()).toBe("IMG_4.jpg, 22 November 2026 · Tintype");
    const info = page.locator("dialog").getByRole("button", { name: "Info", exact: true });
    await info.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Close info" }).focus();
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press("Enter");
    expect(await page.evaluate<string>(`document.activeElement.getAttribute("aria-label")`)).toBe("Info");
    // The dialog keeps the focus: after its last control comes its first, or the browser's own, never the page below.
    for (let presses = 0; presses < 8; presses++) {
      await page.keyboard.press("Tab");
      expect(
        await page.evaluate<boolean>(
          `document.querySelector("dialog").contains(document.activeElement) || document.activeElement === document.body`,
        ),
      ).toBe(true);
    }
    await page.keyboard.press("Escape");
    await expect.poll(focused).toBe(hrefOf(4));
    expect(await page.title()).toBe("Photos · Tintype");
  });

  it("goes back to the same scroll with the browser's own Back", async () => {
    await page.mouse.move(700, 500);
    await page.mouse.wheel(0, 4_000);
    await expect.poll(scrollTop).toBe(4_000);
    await page.mouse.click(700, 500);
    await page.locator("dialog.viewer[open]").waitFor();
    await page.goBack();
    await expect.poll(() => page.locator("dialog.viewer").count()).toBe(0);
    expect(await scrollTop()).toBe(4_000);
  });

  it("opens a photo by its address, and says so when there is none", async () => {
    await page.goto(`${laptop.url}${hrefOf(2_500)}`);
    await page.locator("dialog.viewer[open] .slide-image").first().waitFor();
    await page.keyboard.press("Escape");
    await page.locator(`.tile-link[href="${hrefOf(2_500)}"]`).waitFor();
    await page.goto(`${laptop.url}/p/01900000-0000-7000-8000-ffffffffffff`);
    await page.getByText("It is not here, or not any more.").waitFor();
    await page.locator("dialog").getByRole("button", { name: "Back to your photos" }).last().click();
    await expect.poll(() => page.url()).toBe(`${laptop.url}/`);
  });

  it("waits for a photo that the timeline does not have yet", async () => {
    const notYet = (route: Route) => route.fulfill({ status: 404, json: { code: "not_found", detail: "not yet" } });
    await page.route("**/api/timeline/locate?*", notYet, { times: 1 });
    await page.goto(`${laptop.url}${hrefOf(1_900)}`);
    await page.getByText("on its way into your timeline").waitFor();
    await page.locator("dialog.viewer[open] .slide-image").first().waitFor();
    expect(await page.getByText("on its way into your timeline").count()).toBe(0);
    await page.keyboard.press("Escape");
  });

  it("shows the photo that the address names, and no late answer about another one", async () => {
    await page.route("**/api/timeline/locate?*", (route) => route.fulfill({ status: 404, json: { code: "not_found" } }), { times: 1 });
    let answer = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      void page.route(`**/api/assets/${hrefOf(1_800).slice(3)}`, async (route) => {
        resolve();
        await new Promise<void>((go) => (answer = go));
        await route.continue();
      });
    });
    await page.goto(`${laptop.url}${hrefOf(1_800)}`);
    await asked;
    await page.evaluate(`history.pushState(null, "", ${JSON.stringify(hrefOf(1_700))})`);
    await page.locator("dialog.viewer[open] .slide-image").first().waitFor();
    const answered = page.waitForResponse("**/api/assets/*");
    answer();
    await answered;
    await page.waitForTimeout(300);
    expect(await page.getByText("on its way into your timeline").count()).toBe(0);
    await page.unrouteAll();
    await page.keyboard.press("Escape");
  });

  it("says so at an address that has nothing, and leads home", async () => {
    await page.goto(`${laptop.url}/places/summer`);
    await page.getByRole("heading", { level: 1, name: "There is nothing at this address" }).waitFor();
    expect(await photograph(page, "not-found")).toEqual([]);
    await page.getByRole("link", { name: "Go to your photos" }).click();
    await page.locator(".tile-image.shown").first().waitFor();
    expect(page.url()).toBe(`${laptop.url}/`);
  });

  it("skips the bar and the rail for the keyboard, as often as one likes", async () => {
    for (let time = 0; time < 2; time++) {
      await page.evaluate("document.activeElement.blur()");
      const skip = page.getByRole("link", { name: "Skip to the photos" });
      await skip.focus();
      await page.keyboard.press("Enter");
      expect(await page.evaluate<string>("document.activeElement.id")).toBe("main");
      await expect.poll(async () => (await skip.boundingBox())?.y).toBeLessThan(-40);
    }
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toMatch(/^\/p\//u);
    expect(page.url()).toBe(`${laptop.url}/`);
  });

  it("selects a range over photos that were never loaded, and everything", async () => {
    await page.locator(".tile").nth(3).hover();
    await page.locator(".tile-check").nth(3).click();
    await page.getByRole("slider", { name: "Timeline" }).focus();
    await page.keyboard.press("End");
    const last = page.locator(`.tile-link[href="${hrefOf(PHOTOS - 1)}"]`);
    await last.waitFor();
    await last.click({ modifiers: ["Shift"] });
    expect(await selected().textContent()).toMatch(/^2,997 selected/u);
    await expect.poll(() => selected().textContent(), { timeout: 20_000 }).toBe("2,997 selected · 12 GB");
    await page.keyboard.press("Escape");
    expect(await selected().count()).toBe(0);
    await page.keyboard.press("Control+a");
    expect(await selected().textContent()).toMatch(/^3,000 selected/u);
  });

  it("selects with the keyboard, by day and by a marquee", async () => {
    await page.locator(`.tile-link[href="${hrefOf(2)}"]`).focus();
    await page.keyboard.press("x");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Shift+ArrowLeft");
    expect(await selected().textContent()).toMatch(/^2 selected/u);
    expect(await axeViolations(page)).toEqual([]);
    await page.locator(".day-check").first().click();
    expect(await selected().textContent()).toMatch(/^35 selected/u);
    await page.keyboard.press("Escape");
    const [a, b] = await Promise.all([0, 6].map((n) => page.locator(`.tile-link[href="${hrefOf(n)}"]`).boundingBox()));
    await page.mouse.move(a!.x + 20, a!.y + 60);
    await page.mouse.down();
    await page.mouse.move(b!.x + 20, b!.y + 20, { steps: 6 });
    await page.mouse.up();
    expect(Number.parseInt((await selected().textContent()) ?? "", 10)).toBeGreaterThan(2);
  });

  it("goes by months with the scrubber's keys", async () => {
    const slider = page.getByRole("slider", { name: "Timeline" });
    await slider.focus();
    await page.keyboard.press("PageDown");
    await expect.poll(() => slider.getAttribute("aria-valuetext")).toMatch(/^October 2026, \d+ items$/u);
    await page.keyboard.press("PageUp");
    await expect.poll(() => slider.getAttribute("aria-valuetext")).toMatch(/^November 2026/u);
    await page.keyboard.press("End");
    await page.locator(`.tile-link[href="${hrefOf(PHOTOS - 1)}"]`).waitFor();
    await page.keyboard.press("Home");
    await expect.poll(scrollTop).toBe(0);
  });

  it("keeps what is in view where it is when the window changes and when photos come in above", async () => {
    await page.getByRole("slider", { name: "Timeline" }).focus();
    await page.keyboard.press("PageDown");
    await page.mouse.move(700, 500);
    const from = await scrollTop();
    await page.mouse.wheel(0, 900);
    await expect.poll(scrollTop).toBe(from + 900);
    await expect.poll(() => page.locator(".grid-month[data-shown]").count()).toBe(0);
    await page.locator(".tile-link[href]").first().waitFor();
    await page.evaluate(`{
      const tile = [...document.querySelectorAll(".tile")].find((each) => each.getBoundingClientRect().top >= 16);
      globalThis.marked = { tile, href: tile.querySelector("a").href };
    }`);
    const top = () =>
      page.evaluate<number>(
        `document.querySelector('a[href="' + new URL(marked.href).pathname + '"]').closest(".tile").getBoundingClientRect().top`,
      );
    const before = await top();
    await page.setViewportSize({ width: 1200, height: 900 });
    await page.waitForTimeout(300);
    expect(await top()).toBe(before);
    const client = createClient(laptop.url, await signIn(laptop.url));
    const bytes = await sharp({ create: { width: 640, height: 480, channels: 3, background: "teal" } })
      .jpeg()
      .toBuffer();
    const sent = await client.upload({ name: "new.jpg", bytes, modifiedAt: "2026-11-23T10:00:00" });
    if (sent.status !== "sent") throw new Error("the upload was not taken");
    await client.settled([sent.uploadId]);
    const height = await page.evaluate<number>(`document.querySelector(".grid-box").scrollHeight`);
    await page.evaluate(`document.dispatchEvent(new Event("visibilitychange"))`);
    await expect.poll(() => page.evaluate<number>(`document.querySelector(".grid-box").scrollHeight`)).toBeGreaterThan(height);
    expect(await top()).toBe(before);
    expect(await page.evaluate<boolean>(`marked.tile.isConnected && marked.tile.querySelector("a").href === marked.href`)).toBe(true);
    expect(await doubled()).toBe(0);
  });

  it("turns the tile of an upload into the photo's own, in place, without a blank frame", async () => {
    const path = join(dataDir, "evening.jpg");
    await sharp({ create: { width: 900, height: 600, channels: 3, background: "coral" } })
      .jpeg()
      .toFile(path);
    await page.evaluate(`{
      globalThis.blank = 0;
      const watch = () => {
        const tile = globalThis.uploading ??= [...document.querySelectorAll(".tile[data-pending]")].find((each) =>
          each.querySelector(".tile-image").naturalWidth > 0);
        const image = tile?.querySelector(".tile-image");
        if (tile && !(tile.isConnected && image.naturalWidth > 0 && image.classList.contains("shown"))) globalThis.blank++;
        requestAnimationFrame(watch);
      };
      requestAnimationFrame(watch);
    }`);
    await dropFiles(page, [path], ".shell-main");
    const landed = () => page.evaluate<boolean>(`Boolean(globalThis.uploading?.querySelector('a[href^="/p/"] img[src*="thumb"]'))`);
    await expect.poll(landed, { timeout: 60_000 }).toBe(true);
    expect(await page.evaluate<number>("globalThis.blank")).toBe(0);
    expect(await page.locator(".tile[data-pending]").count()).toBe(0);
    expect(await doubled()).toBe(0);
  });

  it("did all that without an error on the console", () => {
    expect(problems).toEqual([]);
  });
});
