import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { axeViolations, chromePath, dropFiles } from "../support/browser.ts";
import { createClient, signIn } from "../support/client.ts";
import type { Laptop } from "../support/laptop.ts";
import { hrefOf, openSeeded } from "../support/seeded.ts";

describe.skipIf(chromePath === undefined)("an open page whose server goes away", () => {
  let dataDir: string;
  let laptop: Laptop;
  let page: Page;
  let close: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    ({ page, dataDir, laptop, close } = await openSeeded(200));
  }, 120_000);
  beforeEach(async () => {
    await page.goto(`${laptop.url}/`);
    await page.locator(".tile-image.shown").nth(8).waitFor();
  });
  afterAll(() => close?.());

  it("keeps the page when the viewer does not come, says so, and gets it when the server is back", async () => {
    await page.route("**/assets/viewer-*.js", (route) => route.abort());
    await page.goto(`${laptop.url}/`);
    await page.locator(".tile-image.shown").nth(8).waitFor();
    const failed = page.getByRole("dialog", { name: "Tintype cannot be reached" });
    for (const leave of ["Close", "Try again"]) {
      await page.locator(".tile-link").first().click();
      await failed.waitFor();
      expect(await axeViolations(page)).toEqual([]);
      expect(await page.locator(".tile-image.shown").count()).toBeGreaterThan(8);
      if (leave === "Try again") await page.unrouteAll();
      await failed.getByRole("button", { name: leave }).click();
      await expect.poll(() => failed.count()).toBe(0);
    }
    await page.locator("dialog.viewer[open] .slide-image").first().waitFor();
    expect(await page.getByRole("button", { name: "Newer photo" }).count()).toBe(0);
    await page.getByRole("button", { name: "Older photo" }).click();
    await page.getByRole("button", { name: "Newer photo" }).waitFor();
  });

  it("tells a guest that what downloads did not come, and gets it when they ask again", async () => {
    const owner = createClient(laptop.url, await signIn(laptop.url));
    const assetIds = [1, 2].map((n) => hrefOf(n).slice("/p/".length));
    const { url } = await owner.json<{ url: string }>("POST", "/api/links", { assetIds, hideMetadata: false });
    await page.route("**/supply-*.js", (route) => route.abort());
    await page.goto(url);
    await page.locator(".tile-image.shown").nth(1).waitFor();
    await page.evaluate("delete window.showSaveFilePicker");
    const download = page.getByRole("button", { name: /^Download all/u });
    await download.click();
    await page.getByText("Tintype cannot be reached. Check that it is running and that you are online.").waitFor();
    await page.unrouteAll();
    await download.click();
    // Of what was seeded there are no originals.
    await page.getByText("Nothing was downloaded").waitFor();
    expect(await axeViolations(page)).toEqual([]);
  });

  it("has the viewer and the keys at hand before the network goes", async () => {
    for (const chunk of ["viewer", "keys-dialog"]) {
      await page.waitForFunction(
        `performance.getEntriesByType("resource").some(({ name, responseEnd }) => name.includes("/${chunk}-") && responseEnd > 0)`,
      );
    }
    await page.context().setOffline(true);
    await page.locator(".tile-link").first().click();
    await page.locator("dialog.viewer[open] .slide-box").first().waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("dialog").count()).toBe(0);
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await page.context().setOffline(false);
  });

  it("says without being asked that the server is gone, and takes it back when it is there again", async () => {
    const gone = page.getByText("Tintype cannot be reached.");
    await page.context().setOffline(true);
    await gone.waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.context().setOffline(false);
    await expect.poll(() => gone.count()).toBe(0);
  });

  it("says after a reload in the middle of an upload how many files are missing, once", async () => {
    const folder = join(dataDir, "drop");
    await mkdir(folder);
    for (const name of ["a.jpg", "b.jpg", "c.jpg"]) await writeFile(join(folder, name), randomBytes(5_000));
    await page.route(/\/photos\/library\//u, (route) => (route.request().method() === "PUT" ? route.abort() : route.continue()));
    page.once("dialog", (dialog) => void dialog.accept());
    await dropFiles(page, [folder], "main");
    await page.getByRole("button", { name: "Try now" }).waitFor();
    await page.reload();
    const left = page.getByText("3 files were not sent before this page was closed.");
    await left.waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await dropFiles(page, [folder], "main");
    await expect.poll(() => left.count(), { timeout: 60_000 }).toBe(0);
    await page.locator(".tray h2", { hasText: "3 photos are safe" }).waitFor();
    await page.reload();
    await page.locator(".tile-image.shown").first().waitFor();
    expect(await left.count()).toBe(0);
  });
});
