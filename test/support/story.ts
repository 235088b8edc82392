import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page, Request } from "playwright-core";
import { PROBE } from "@tintype/core/storage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assetNamed, axeViolations, chromePath, dropFiles, launchBrowser, openPage, type WatchedPage } from "./browser.ts";
import { OWNER } from "./client.ts";
import { gatherCorpus, hasCorpus } from "./corpus.ts";
import type { Installation, Shape } from "./installation.ts";
import { photograph } from "./screenshot.ts";

const README_PICTURE = new URL("../../.github/timeline.png", import.meta.url).pathname;
const DESKTOP = { width: 1440, height: 900 };
/** Days that share a row have short names. */
const DAY = /^((Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?\d{1,2} \w+( \d{4})?$/u;

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** The story of the first evening, in a real browser, told of an installation of any shape; only one of them makes the screenshots. */
export const tellStory = ({ where, open, canRun, isPictured }: Shape) =>
  describe.skipIf(chromePath === undefined || !hasCorpus || !canRun)(`first light on ${where}`, () => {
    let root: string;
    let folder: string;
    let installed: Installation;
    let browser: Browser;
    let watched: WatchedPage;
    let page: Page;
    let files: string[];
    let requests: Request[] = [];

    beforeAll(async () => {
      root = await mkdtemp(join(tmpdir(), "tintype-story-"));
      folder = join(root, "Our summer");
      files = await gatherCorpus(folder);
      expect(files.length).toBeGreaterThanOrEqual(100);
      [installed, browser] = await Promise.all([open(), launchBrowser()]);
      watched = await openPage(browser, { viewport: DESKTOP });
      page = watched.page;
      page.on("request", (request) => requests.push(request));
    });
    afterAll(async () => {
      await browser?.close();
      await installed?.stop();
      await rm(root, { recursive: true, force: true });
    });

    const look: typeof photograph = async (...given) => (isPictured ? photograph(...given) : axeViolations(given[0]));
    // The one byte with which a browser tries the store out may come at any time.
    const uploads = () => requests.filter((request) => request.method() === "PUT" && !request.url().includes(`/${PROBE}`));
    const headline = () => page.locator(".tray h2");

    it("opens the first-run screen from the printed link, and makes the owner's account", async () => {
      expect(installed.token).toMatch(/^[\w-]{22,}$/u);
      await page.goto(`${installed.url}/setup#token=${installed.token}`);
      await page.getByLabel("Your name").fill(OWNER.name);
      await page.getByLabel("E-mail").fill(OWNER.email);
      await page.getByLabel("Password", { exact: true }).fill("too short");
      await page.getByRole("button", { name: "Create the account" }).click();
      await page.getByText("Use at least 12 characters.").waitFor();
      expect(await look(page, "setup")).toEqual([]);
      await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
      await page.getByRole("button", { name: "Create the account" }).click();
      await page.getByRole("heading", { name: "Drop your photos here" }).waitFor();
      expect(await look(page, "first-run")).toEqual([]);
    });

    it("shows a dropped folder at once from the local files, sends them straight to the store, and says when they are safe", async () => {
      requests = [];
      // It is for photos that were there before: nothing of what is dropped is called that.
      await page.evaluate(`new MutationObserver(() => { if (document.body.innerText.includes("Reading your photos")) globalThis.wasRead = true; })
      .observe(document.body, { childList: true, subtree: true })`);
      await dropFiles(page, [folder], "main");
      await page.locator(".tile[data-pending] img[src^='blob:']").first().waitFor({ timeout: 15_000 });
      expect(await look(page, "uploading")).toEqual([]);
      await expect.poll(() => headline().textContent(), { timeout: 280_000, interval: 500 }).toMatch(/safe/u);
      expect(await headline().textContent()).toBe(`${files.length} files are safe`);
      expect(await page.evaluate("globalThis.wasRead")).toBeUndefined();
      expect(uploads()).toHaveLength(files.length);
      expect(uploads().filter((request) => new URL(request.url()).origin === installed.url)).toEqual([]);
      const posted = requests.filter((request) => request.method() === "POST").map((request) => request.postDataBuffer()?.length ?? 0);
      expect(Math.max(...posted)).toBeLessThan(100_000);
    }, 300_000);

    it("sorts them under the photographer's days, newest first, as thumbnails", async () => {
      await page.locator(".tray").getByRole("button", { name: "Close" }).click();
      await expect.poll(() => page.locator(".tile[data-pending]").count(), { timeout: 200_000 }).toBe(0);
      await page.locator(".tile-image.shown[src*='/derived/']").first().waitFor();
      const days = await page.locator(".day-title").allTextContents();
      expect(days.filter((day) => !DAY.test(day.trim()))).toEqual([]);
      expect(await look(page, "timeline")).toEqual([]);
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
      await page.goto(`${installed.url}/p/${id}`);
      const picture = page.locator(".slide:not([inert]) .slide-box");
      await picture.locator(".slide-image").waitFor();
      const wide = async () => (await picture.boundingBox())!.width;
      // It grows from its tile, and takes its exact ratio once its facts have come; then it is at rest.
      let fitted = 0;
      for (let next = await wide(); next !== fitted; next = await wide()) {
        fitted = next;
        await page.waitForTimeout(400);
      }
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
      expect(await look(page, "viewer-info")).toEqual([]);
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
      await page.waitForURL(`${installed.url}/`);
    });

    it("plays a video over ranges of the store", async () => {
      const id = await assetNamed(page, "video.mp4");
      await page.goto(`${installed.url}/p/${id}`);
      const video = page.locator("video[src*='/video~']");
      await video.waitFor();
      await expect
        .poll(async () => Number(await page.evaluate(`document.querySelector("video[src*='/video~']").readyState`)), { timeout: 20_000 })
        .toBeGreaterThan(1);
      expect(await look(page, "viewer-video")).toEqual([]);
      await page.goto(installed.url);
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
      expect(await look(page, "selection")).toEqual([]);
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
      const kept = await installed.originals();
      expect(kept).toHaveLength(files.length);
      const wanted = new Set(await Promise.all(files.map(async (file) => sha256(await readFile(file)))));
      for (const { key, bytes } of kept) {
        expect(wanted).toContain(sha256(bytes));
        expect(key).toMatch(/^library\/anna-klein\/\d{4}\/\d{2}\/[\p{L}\p{M}\p{N}._~-]+~[0-9a-f]{8,}\.\w+$/u);
      }
      const names = kept.map(({ key }) => key.slice(key.lastIndexOf("/") + 1).split("~")[0]);
      expect(names).toEqual(expect.arrayContaining(["canon-dslr", "jølstravatnet"]));
    });

    it("has everything after kill -9", async () => {
      expect(await installed.killAndStart()).toBeUndefined();
      await page.goto(installed.url);
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
        await phone.page.goto(installed.url);
        await phone.page.locator(".tile-image.shown").first().waitFor();
        await phone.page.waitForTimeout(500);
        expect(await look(phone.page, "phone-timeline", { themes: [theme], phone: false })).toEqual([]);
        await phone.page.locator(".tile-link[href]").first().tap();
        await phone.page.waitForURL(/\/p\//u);
        await phone.page.waitForTimeout(800);
        expect(await look(phone.page, "phone-viewer", { themes: [theme], phone: false })).toEqual([]);
        expect(phone.problems).toEqual([]);
        await phone.page.context().close();
      }
    });

    it("signs out and in again, and says when the password is wrong", async () => {
      await page.getByRole("button", { name: "Your account" }).click();
      expect(await look(page, "menu")).toEqual([]);
      await page.getByRole("menuitem", { name: "Sign out" }).click();
      await page.getByLabel("E-mail").fill(OWNER.email);
      await page.getByLabel("Password", { exact: true }).fill("not the password at all");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByText("E-mail or password is wrong.").waitFor();
      expect(await look(page, "login")).toEqual([]);
      await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.locator(".tile-image.shown").first().waitFor();
    });

    it("did all that without an error on the console, but for the wrong password and the kill, and without a violation of the content security policy", () => {
      expect(watched.problems.filter((problem) => !/status of 401|ERR_CONNECTION_REFUSED/u.test(problem))).toEqual([]);
    });
  });
