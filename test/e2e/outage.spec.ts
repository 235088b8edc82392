import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { chromePath, dropFiles, launchBrowser, openPage } from "../support/browser.ts";
import { OWNER } from "../support/client.ts";
import { type Gate, startGate } from "../support/gate.ts";
import { type Homelab, startHomelab } from "../support/homelab.ts";
import type { Program } from "../support/program.ts";
import { photograph } from "../support/screenshot.ts";
import { hasHomelab } from "../support/tools.ts";

/** What a page says while what Tintype needs is away, and that each message goes by itself. The ways to MinIO and Postgres are really cut. */
describe.skipIf(chromePath === undefined || !hasHomelab)("a page of a homelab in which things break", () => {
  let folder: string;
  let homelab: Homelab;
  let store: Gate;
  let database: Gate;
  let program: Program;
  let browser: Browser;
  let page: Page;
  let made = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tintype-outage-"));
    homelab = await startHomelab();
    const [atStore, atDatabase] = [new URL(homelab.store.options.endpoint), new URL(homelab.database.url)];
    [store, database] = await Promise.all([startGate(Number(atStore.port)), startGate(Number(atDatabase.port))]);
    atStore.port = String(store.port);
    atDatabase.port = String(database.port);
    program = await homelab.start({ S3_ENDPOINT: atStore.origin, DATABASE_URL: atDatabase.href });
    browser = await launchBrowser();
    ({ page } = await openPage(browser, { viewport: { width: 1440, height: 900 } }));
    await page.request.post(`${program.url}/api/setup`, { data: { token: program.token, ...OWNER }, headers: { origin: program.url } });
    await page.goto(program.url);
    await page.getByRole("heading", { name: "Drop your photos here" }).waitFor();
  }, 120_000);
  // Whatever failed: the next try begins with both ways open.
  afterEach(() => {
    store?.open();
    database?.open();
  });
  afterAll(async () => {
    await browser?.close();
    await program?.stop();
    await Promise.all([store?.close(), database?.close()]);
    await homelab?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const bar = (text: string) => page.locator(".bar", { hasText: text });
  const drop = async (): Promise<void> => {
    const path = join(folder, `${made++}.jpg`);
    const pixels = { width: 40, height: 30, channels: 3 } as const;
    await writeFile(
      path,
      await sharp(randomBytes(40 * 30 * 3), { raw: pixels })
        .jpeg()
        .toBuffer(),
    );
    await dropFiles(page, [path], "main");
  };
  const tray = (text: string | RegExp) => page.locator(".tray", { hasText: text });

  it("says that the storage is away, and why uploads wait; both are over by themselves", async () => {
    await drop();
    await tray("1 photo is safe").waitFor({ timeout: 60_000 });
    store.shut();
    await drop();
    await bar("The storage cannot be reached.").waitFor({ timeout: 60_000 });
    await tray(/The connection to the storage broke|The storage cannot be reached/u).waitFor({ timeout: 60_000 });
    expect(await photograph(page, "outage-storage")).toEqual([]);
    store.open();
    await expect.poll(() => bar("The storage").count(), { timeout: 60_000 }).toBe(0);
    await tray("1 photo is safe").waitFor({ timeout: 120_000 });
  });

  it("shows in the jobs what is put off and why, and that it is done once it can be", async () => {
    store.shut();
    await page.goto(`${program.url}/settings/jobs`);
    const headers = { origin: program.url };
    const files = [{ name: "a.jpg", size: 3, type: "image/jpeg", sha256: "0".repeat(64), modifiedAt: "2026-11-22T10:00:00" }];
    const plan = await page.request.post(`${program.url}/api/uploads`, { data: { files }, headers });
    const { files: planned } = (await plan.json()) as { files: { uploadId: string }[] };
    const done = await page.request.post(`${program.url}/api/uploads/${planned[0]?.uploadId}/complete`, { data: {}, headers });
    expect(done.ok()).toBe(true);
    await page.getByText("put off").first().waitFor({ timeout: 60_000 });
    await bar("The storage cannot be reached.").waitFor({ timeout: 60_000 });
    expect(await page.locator(".jobs-why").first().textContent()).toMatch(/store/u);
    expect(await photograph(page, "settings-jobs-put-off")).toEqual([]);
    store.open();
    await page.getByText("Nothing is waiting.").waitFor({ timeout: 120_000 });
  });

  it("shows what the store can do and how it is set up, and checks it again when asked", async () => {
    await page.goto(`${program.url}/settings/storage`);
    await page.getByRole("heading", { level: 1, name: "Storage" }).waitFor();
    await page.getByText(/^Checked /u).waitFor({ timeout: 60_000 });
    const text = async () => (await page.locator(".settings-page").textContent()) ?? "";
    expect(await text()).toContain("MinIO");
    expect(await text()).toContain("Go straight to their place");
    expect(await page.locator(".storage-good li").count()).toBeGreaterThan(8);
    expect(await photograph(page, "settings-storage")).toEqual([]);
    store.shut();
    await page.getByRole("button", { name: "Check again" }).click();
    await page.getByText("The next check is put off: The store does not answer").waitFor({ timeout: 60_000 });
    store.open();
    await expect.poll(text, { timeout: 60_000 }).not.toContain("put off");
  });

  it("says that the database is away, on the open page and on one that is opened meanwhile; both carry on", async () => {
    await page.goto(program.url);
    await page.locator(".tile-link").first().waitFor();
    // Photos are there before it is known who looks at them; a page that never hears that is none that was open.
    await page.locator("button.avatar").waitFor();
    database.shut();
    await drop();
    await bar("The database cannot be reached.").waitFor({ timeout: 90_000 });
    expect(await photograph(page, "outage-database")).toEqual([]);
    const late = await page.context().newPage();
    await late.goto(program.url);
    await late.getByRole("heading", { name: "Tintype is not answering" }).waitFor({ timeout: 60_000 });
    database.open();
    await late.locator(".tile-link").first().waitFor({ timeout: 60_000 });
    await late.close();
    await expect.poll(() => bar("The database").count(), { timeout: 60_000 }).toBe(0);
    await tray("1 photo is safe").waitFor({ timeout: 120_000 });
  });
});
