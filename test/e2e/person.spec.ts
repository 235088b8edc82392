import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page, Route } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { chromePath, dropFiles, launchBrowser, openPage, signInPage } from "../support/browser.ts";
import { OWNER } from "../support/client.ts";
import { type Laptop, startLaptop } from "../support/laptop.ts";
import { seedLibrary } from "../support/seed.ts";

const BEN = { name: "Ben", email: "ben@example.org", password: OWNER.password };

/** One browser, two people: what a page began for one of them must never go into the library of the other. */
describe.skipIf(chromePath === undefined)("a page whose person changes", () => {
  let root: string;
  let dataDir: string;
  let laptop: Laptop;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "tintype-person-"));
    dataDir = join(root, "Tintype");
    await seedLibrary(dataDir, 20, { member: BEN.name });
    [laptop, browser] = await Promise.all([startLaptop({ dataDir, bundled: true }), launchBrowser()]);
  }, 120_000);
  beforeEach(async () => {
    ({ page } = await openPage(browser, { viewport: { width: 1440, height: 900 } }));
    await signInPage(page, laptop.url);
    await page.goto(laptop.url);
    await page.locator(".tile-image.shown").nth(8).waitFor();
  });
  afterEach(() => page.context().close());
  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
    await rm(root, { recursive: true, force: true });
  });

  const signInByForm = async ({ email, password }: typeof BEN): Promise<void> => {
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
  };
  /** Drops three files and does `act` when the first of them is about to be sent. */
  async function drop(name: string, act: (route: Route) => Promise<unknown>): Promise<void> {
    const folder = join(root, name);
    await mkdir(folder);
    for (const i of [1, 2, 3]) await writeFile(join(folder, `${name}-${i}.jpg`), randomBytes(5_000));
    let acted = false;
    await page.route(/\/photos\/library\//u, async (route) => {
      const first = !acted && route.request().method() === "PUT";
      acted ||= first;
      if (first) await act(route);
      await route.continue();
    });
    await dropFiles(page, [folder], "main");
  }
  const libraries = () => readdir(join(dataDir, "photos", "library"));

  it("waits for its own person when another tab signs somebody else in, and goes on for them alone", async () => {
    await drop("anna", () => signInPage(page, laptop.url, BEN));
    await page.getByText("The upload waits here").waitFor();
    await signInByForm(OWNER);
    await expect.poll(() => page.locator(".tray h2").textContent()).toBe("3 photos are safe");
    expect(await libraries()).not.toContain("ben");
  });

  it("begins anew for who signs in instead, with nothing of who was there before", async () => {
    await drop("left", () => page.context().clearCookies());
    await page.getByText("The upload waits here").waitFor();
    await signInByForm(BEN);
    await page.getByRole("button", { name: "Your account" }).waitFor();
    await page.getByText("Drop your photos").first().waitFor();
    expect(await page.locator(".tray, .tile, .bar").count()).toBe(0);
    await page.waitForTimeout(3_000);
    expect(await page.locator(".tray, .tile, .bar").count()).toBe(0);
    expect(await libraries()).not.toContain("ben");
  });
});
