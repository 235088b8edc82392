import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page, Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assetNamed, chromePath, dropFiles, launchBrowser, openPage, type WatchedPage } from "../support/browser.ts";
import { OWNER } from "../support/client.ts";
import { corpus, hasCorpus } from "../support/corpus.ts";
import { type Laptop, startLaptop } from "../support/laptop.ts";
import { photograph } from "../support/screenshot.ts";

/** Folders of the corpus, and the day on which files that do not tell their own were last changed. */
const FOLDERS = {
  "everyday/albums/nature": "2026-11-22T15:10:00",
  "wide-gamut": "2026-11-22T11:00:00",
  phones: "2026-11-21T18:40:00",
  camera: "2026-11-14T09:30:00",
  motion: "2012-08-03T12:00:00",
  pairs: "2025-08-02T12:00:00",
  video: "2024-06-09T17:00:00",
  faces: "2021-03-28T10:00:00",
  orientation: "2019-05-01T08:00:00",
  exif: "2016-12-31T23:00:00",
};
const README_PICTURE = new URL("../../.github/timeline.png", import.meta.url).pathname;
const DESKTOP = { width: 1440, height: 900 };
/** Days that share a row have short names. */
const DAY = /^((Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?\d{1,2} \w+( \d{4})?$/u;

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe.skipIf(chromePath === undefined || !hasCorpus)("first light", () => {
  let root: string;
  let folder: string;
  let dataDir: string;
  let laptop: Laptop;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;
  let files: string[];
  let requests: Request[] = [];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "tintype-story-"));
    dataDir = join(root, "Tintype");
    folder = join(root, "Our summer");
    files = await gather(folder);
    [laptop, browser] = await Promise.all([startLaptop({ dataDir }), launchBrowser()]);
    watched = await openPage(browser, { viewport: DESKTOP });
    page = watched.page;
    page.on("request", (request) => requests.push(request));
  });
  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
    await rm(root, { recursive: true, force: true });
  });

  const uploads = () => requests.filter((request) => request.method() === "PUT");
  const headline = () => page.locator(".tray h2");

  it("opens the first-run screen from the printed link, and makes the owner's account", async () => {
    expect(laptop.token).toMatch(/^[\w-]{22,}$/u);
    await page.goto(`${laptop.url}/setup#token=${laptop.token}`);
    await page.getByLabel("Your name").fill(OWNER.name);
    await page.getByLabel("E-mail").fill(OWNER.email);
    await page.getByLabel("Password", { exact: true }).fill("too short");
    await page.getByRole("button", { name: "Create the account" }).click();
    await page.getByText("Use at least 12 characters.").waitFor();
    expect(await photograph(page, "setup")).toEqual([]);
    await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
    await page.getByRole("button", { name: "Create the account" }).click();
    await page.getByRole("heading", { name: "Drop your photos here" }).waitFor();
    expect(await photograph(page, "first-run")).toEqual([]);
  });

  it("shows a dropped folder at once from the local files, sends them straight to the store, and says when they are safe", async () => {
    requests = [];
    // It is for photos that were there before: nothing of what is dropped is called that.
    await page.evaluate(`new MutationObserver(() => { if (document.body.innerText.includes("Reading your photos")) globalThis.wasRead = true; })
      .observe(document.body, { childList: true, subtree: true })`);
    await dropFiles(page, [folder], "main");
    await page.locator(".tile[data-pending] img[src^='blob:']").first().waitFor({ timeout: 15_000 });
    expect(await photograph(page, "uploading")).toEqual([]);
    await expect.poll(() => headline().textContent(), { timeout: 280_000, interval: 500 }).toMatch(/safe/u);
    expect(await headline().textContent()).toBe(`${files.length} files are safe`);
    expect(await page.evaluate("globalThis.wasRead")).toBeUndefined();
    expect(uploads()).toHaveLength(files.length);
    expect(uploads().filter((request) => new URL(request.url()).origin === laptop.url)).toEqual([]);
    const posted = requests.filter((request) => request.method() === "POST").map((request) => request.postDataBuffer()?.length ?? 0);
    expect(Math.max(...posted)).toBeLessThan(100_000);
  }, 300_000);

  it("sorts them under the photographer's days, newest first, as thumbnails", async () => {
    await page.locator(".tray").getByRole("button", { name: "Close" }).click();
    await expect.poll(() => page.locator(".tile[data-pending]").count(), { timeout: 200_000 }).toBe(0);
    await page.locator(".tile-image.shown[src*='/derived/']").first().waitFor();
    const days = await page.locator(".day-title").allTextContents();
    expect(days.filter((day) => !DAY.test(day.trim()))).toEqual([]);
    expect(await photograph(page, "timeline")).toEqual([]);
    if (process.env["UPDATE_README"]) await page.screenshot({ path: README_PICTURE });
  });

  it("jumps by the scrubber to the oldest year and back", async () => {
    const scrubber = page.getByRole("slider", { name: "Timeline" });
    await scrubber.focus();
    await page.keyboard.press("End");
    await expect.poll(() => page.locator(".day-title").last().textContent()).toMatch(/\b(19|200)\d/u);
    const top = () => page.evaluate<number>(`document.querySelector(".grid-box").scrollTop`);
    expect(await top()).toBeGreaterThan(0);
    await page.keyboard.press("Home");
    await expect.poll(top).toBe(0);
  });

  it("opens a photo, arrows through, zooms, and tells what the camera wrote", async () => {
    await page.locator(".tile-link[href]").first().click();
    await page.waitForURL(/\/p\/[0-9a-f-]{36}$/u);
    await page.getByRole("dialog", { name: "Photo viewer" }).waitFor();
    const first = page.url();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.url()).not.toBe(first);
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => page.url()).toBe(first);
    const id = await assetNamed(page, "canon-dslr.jpg");
    await page.goto(`${laptop.url}/p/${id}`);
    const picture = page.locator(".slide:not([inert]) .slide-box");
    await picture.locator(".slide-image").waitFor();
    const wide = async () => (await picture.boundingBox())!.width;
    const fitted = await wide();
    await page.keyboard.press("z");
    await expect.poll(wide).toBeGreaterThan(1.9 * fitted);
    await page.keyboard.press("z");
    await expect.poll(wide).toBeCloseTo(fitted, 0);
    // The wheel zooms to the cursor: what is under it stays there.
    const before = (await picture.boundingBox())!;
    const cursor = { x: before.x + before.width * 0.6, y: before.y + before.height * 0.55 };
    await page.mouse.move(cursor.x, cursor.y);
    await page.mouse.wheel(0, -400);
    await expect.poll(wide).toBeGreaterThan(1.9 * fitted);
    const after = (await picture.boundingBox())!;
    expect((cursor.x - after.x) / after.width).toBeCloseTo(0.6, 2);
    expect((cursor.y - after.y) / after.height).toBeCloseTo(0.55, 2);
    // Only now the original is there, in place of the preview.
    await expect.poll(() => picture.locator(".slide-image").getAttribute("src")).toContain("/library/");
    await page.keyboard.press("z");
    await expect.poll(wide).toBeCloseTo(fitted, 0);
    await page.getByRole("button", { name: "Info" }).click();
    const info = page.getByRole("complementary", { name: "Info" });
    await info.getByText("canon-dslr.jpg").waitFor();
    await info.getByText(/Canon/u).first().waitFor();
    expect(await photograph(page, "viewer-info")).toEqual([]);
  });

  it("downloads the original byte for byte", async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("complementary", { name: "Info" }).getByRole("link", { name: "Download original" }).click(),
    ]);
    const path = await download.path();
    expect(download.suggestedFilename()).toBe("canon-dslr.jpg");
    expect(sha256(await readFile(path))).toBe(sha256(await readFile(join(folder, "canon-dslr.jpg"))));
    await page.keyboard.press("Escape");
    await page.waitForURL(`${laptop.url}/`);
  });

  it("plays a video over ranges of the store", async () => {
    const id = await assetNamed(page, "video.mp4");
    await page.goto(`${laptop.url}/p/${id}`);
    const video = page.locator("video[src*='/video~']");
    await video.waitFor();
    await expect
      .poll(async () => Number(await page.evaluate(`document.querySelector("video[src*='/video~']").readyState`)), { timeout: 20_000 })
      .toBeGreaterThan(1);
    expect(await photograph(page, "viewer-video")).toEqual([]);
    await page.goto(laptop.url);
  });

  it("selects with checks, a range and the keyboard", async () => {
    const tiles = page.locator(".tile:has(.tile-link[href])");
    await tiles.nth(0).hover();
    await tiles.nth(0).locator(".tile-check").click();
    await tiles
      .nth(3)
      .locator(".tile-check")
      .click({ modifiers: ["Shift"] });
    await page.getByText("4 selected").first().waitFor();
    expect(await photograph(page, "selection")).toEqual([]);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByText("4 selected").isVisible()).toBe(false);
  });

  it("knows the folder when it is dropped again, and sends nothing", async () => {
    requests = [];
    await dropFiles(page, [folder], "main");
    await expect.poll(() => headline().textContent(), { timeout: 60_000 }).toMatch(/already there/u);
    expect(uploads()).toEqual([]);
    await page.locator(".tray").getByRole("button", { name: "Close" }).click();
  });

  it("keeps the originals as plain files with readable names", async () => {
    const library = await readdir(join(dataDir, "photos", "library"), { recursive: true, withFileTypes: true });
    const kept = library.filter((entry) => entry.isFile());
    expect(kept).toHaveLength(files.length);
    const wanted = new Set(await Promise.all(files.map(async (file) => sha256(await readFile(file)))));
    for (const entry of kept) {
      expect(wanted).toContain(sha256(await readFile(join(entry.parentPath, entry.name))));
      expect(join(entry.parentPath, entry.name)).toMatch(/\/library\/anna-klein\/\d{4}\/\d{2}\/[\p{L}\p{M}\p{N}._~-]+~[0-9a-f]{8,}\.\w+$/u);
    }
    const names = kept.map(({ name }) => name.split("~")[0]);
    expect(names).toEqual(expect.arrayContaining(["canon-dslr", "jølstravatnet"]));
  });

  it("has everything after kill -9", async () => {
    const { port } = new URL(laptop.url);
    await laptop.kill();
    laptop = await startLaptop({ dataDir, env: { PORT: port } });
    expect(laptop.token).toBeUndefined();
    await page.goto(laptop.url);
    await page.locator(".tile-image.shown").first().waitFor();
    const me = await page.evaluate(async () => (await fetch("/api/me")).json() as Promise<{ library: { assets: number } }>);
    expect(me.library.assets).toBe(files.length);
  });

  it("looks right in the dark and on a phone", async () => {
    for (const theme of ["light", "dark"] as const) {
      const phone = await openPage(browser, {
        viewport: { width: 390, height: 844 },
        deviceScaleFactor: 2,
        hasTouch: true,
        isMobile: true,
        colorScheme: theme,
        storageState: await page.context().storageState(),
      });
      await phone.page.goto(laptop.url);
      await phone.page.locator(".tile-image.shown").first().waitFor();
      await phone.page.waitForTimeout(500);
      expect(await photograph(phone.page, "phone-timeline", { themes: [theme], phone: false })).toEqual([]);
      await phone.page.locator(".tile-link[href]").first().tap();
      await phone.page.waitForURL(/\/p\//u);
      await phone.page.waitForTimeout(800);
      expect(await photograph(phone.page, "phone-viewer", { themes: [theme], phone: false })).toEqual([]);
      expect(phone.problems).toEqual([]);
      await phone.page.context().close();
    }
  });

  it("signs out and in again, and says when the password is wrong", async () => {
    await page.getByRole("button", { name: "Your account" }).click();
    expect(await photograph(page, "menu")).toEqual([]);
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByLabel("E-mail").fill(OWNER.email);
    await page.getByLabel("Password", { exact: true }).fill("not the password at all");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("E-mail or password is wrong.").waitFor();
    expect(await photograph(page, "login")).toEqual([]);
    await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator(".tile-image.shown").first().waitFor();
  });

  it("did all that without an error on the console, but for the wrong password and the kill, and without a violation of the content security policy", () => {
    expect(watched.problems.filter((problem) => !/status of 401|ERR_CONNECTION_REFUSED/u.test(problem))).toEqual([]);
  });

  /** At least 100 files of the corpus in one folder, each content once. */
  async function gather(into: string): Promise<string[]> {
    await mkdir(into);
    const seen = new Set<string>();
    const names = new Set<string>();
    const paths: string[] = [];
    for (const [name, day] of Object.entries(FOLDERS)) {
      for (const entry of await readdir(corpus(name), { withFileTypes: true })) {
        if (!entry.isFile() || entry.name.endsWith(".xmp")) continue;
        const source = join(entry.parentPath, entry.name);
        const hash = sha256(await readFile(source));
        if (seen.has(hash)) continue;
        seen.add(hash);
        const target = join(into, names.has(entry.name) ? `${seen.size}-${entry.name}` : entry.name);
        names.add(entry.name);
        await copyFile(source, target);
        await utimes(target, new Date(day), new Date(day));
        paths.push(target);
      }
    }
    expect(paths.length).toBeGreaterThanOrEqual(100);
    return paths;
  }
});
