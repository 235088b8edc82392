import { copyFile, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode, GEOMETRY_TYPE } from "@tintype/core/geometry";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromePath, launchBrowser, openPage, type WatchedPage } from "../support/browser.ts";
import { OWNER } from "../support/client.ts";
import { corpus, hasCorpus } from "../support/corpus.ts";
import { type Laptop, startLaptop } from "../support/laptop.ts";
import { photograph } from "../support/screenshot.ts";

describe.skipIf(chromePath === undefined || !hasCorpus)("photos that were there before their owner had an account", () => {
  let dataDir: string;
  let laptop: Laptop;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;
  let count = 0;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "tintype-found-"));
    const folder = join(dataDir, "photos/library/anna-klein/2024/05");
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(corpus("orientation"))) {
      if (!name.endsWith(".jpg")) continue;
      await copyFile(join(corpus("orientation"), name), join(folder, name));
      count++;
    }
    [laptop, browser] = await Promise.all([startLaptop({ dataDir, bundled: true }), launchBrowser()]);
    watched = await openPage(browser, { viewport: { width: 1440, height: 900 } });
    page = watched.page;
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it("come in by themselves once there is one, with their number beside them", async () => {
    expect(count).toBeGreaterThan(10);
    await page.goto(`${laptop.url}/setup#token=${laptop.token}`);
    await page.getByLabel("Your name").fill(OWNER.name);
    await page.getByLabel("E-mail").fill(OWNER.email);
    await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
    // Nothing is shown before the test lets it, however quickly it is read: the page has to say what goes on.
    const nothing = Buffer.from(encode({ revision: 0, chunks: [] }));
    await page.route("**/api/timeline/geometry", (route) =>
      route.fulfill({ body: nothing, contentType: GEOMETRY_TYPE, headers: { etag: 'W/"0.0"' } }),
    );
    await page.route("**/api/timeline/changes?*", (route) => route.fulfill({ status: 503, json: {} }));
    await page.getByRole("button", { name: "Create the account" }).click();
    await page.getByRole("heading", { name: "Reading your photos" }).waitFor({ timeout: 20_000 });
    expect(await photograph(page, "reading")).toEqual([]);
    await page.unroute("**/api/timeline/geometry");
    await page.unroute("**/api/timeline/changes?*");
    await expect.poll(() => page.locator(".tile-link[href]").count(), { timeout: 40_000 }).toBeGreaterThan(10);
    const library = async () => (await (await page.request.get(new URL("/api/me", page.url()).href)).json()).library.assets;
    await expect.poll(library, { timeout: 20_000 }).toBe(count);
    expect(await page.getByRole("heading", { name: "Reading your photos" }).count()).toBe(0);
    expect(watched.problems.filter((problem) => !problem.includes("503"))).toEqual([]);
  }, 120_000);
});
