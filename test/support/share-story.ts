import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { newId } from "@tintype/core/kernel";
import type { Browser, Page, Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeViolations, chromePath, launchBrowser, openPage, signInPage, type WatchedPage } from "./browser.ts";
import { type Client, createClient, setUp } from "./client.ts";
import { corpus, hasCorpus } from "./corpus.ts";
import type { Installation, Shape } from "./installation.ts";
import { REFUSED, SHIFT } from "./page-script.ts";
import { photograph } from "./screenshot.ts";
import { reachMessage, reviewGuests } from "./share-review.ts";
import { toldByBytes, toldByPicture } from "./telling.ts";
import { unzip } from "./unzip.ts";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const DESKTOP = { viewport: { width: 1440, height: 900 } };
const TITLE = "Mongolia, July 2026";
const PASSWORD = "sea and salt";
const NATURE = [
  "prairie_falcon.jpg",
  "el_torcal_rocks.jpg",
  "orychophragmus_violaceus.jpg",
  "silver_fir.jpg",
  "tanners_ridge.jpg",
  "cyclamen_persicum.jpg",
  "polemonium_reptans.jpg",
  "wood_anemones.jpg",
  "notocactus_minimus.jpg",
].map((name) => `everyday/albums/nature/${name}`);
const MORE = ["wide-gamut/Ultra_HDR_Samples_Originals_01.jpg", "everyday/formats/webp/denali.webp", "video/video.mp4", "camera/sample.arw"];
const FILES = [...NATURE, ...MORE];
const BEER = "everyday/albums/text/craft-beer.jpg";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

type Made = { url: string };

/** The owner and a guest, each in a browser context of their own: what a link shows, takes and refuses, in an installation of any shape. */
export const tellShareStory = ({ where, open, canRun, isPictured }: Shape) =>
  describe.skipIf(chromePath === undefined || !hasCorpus || !canRun)(`a shared link on ${where}`, () => {
    let installed: Installation;
    let browser: Browser;
    let owner: Client;
    let originals: Map<string, string>;
    let ids: string[];
    let anna: WatchedPage;
    let guest: WatchedPage;
    let page: Page;
    let requests: Request[];
    let address: string;
    let url: string;

    const look: typeof photograph = async (...given) => (isPictured ? photograph(...given) : []);
    const share = (options: object): Promise<Made> => owner.json<Made>("POST", "/api/links", { assetIds: ids, title: TITLE, ...options });

    /** What the page saves as a zip, by another program. */
    async function saveAll(on: Page) {
      // The picker of files is a window of the system, which no test can click: this browser is one without.
      await on.evaluate("delete window.showSaveFilePicker");
      const [download] = await Promise.all([on.waitForEvent("download"), on.getByRole("button", { name: /^Download all/u }).click()]);
      expect(download.suggestedFilename()).toBe(`${TITLE}.zip`);
      return unzip(await download.path());
    }

    beforeAll(async () => {
      [installed, browser] = await Promise.all([open(), launchBrowser()]);
      owner = createClient(installed.url, await setUp(installed.url, installed.token ?? ""));
      originals = new Map();
      const send = async (path: string, i: number): Promise<string[]> => {
        const bytes = await readFile(corpus(path));
        originals.set(basename(path), sha256(bytes));
        const type = path.endsWith(".mp4") ? "video/mp4" : "image/jpeg";
        const outcome = await owner.upload({ name: basename(path), bytes, type, modifiedAt: `2026-07-${String(10 + (i % 4))}T10:00:00` });
        return outcome.status === "sent" ? [outcome.uploadId] : [];
      };
      const sent = (await Promise.all(FILES.map(send))).flat();
      const settled = new Map((await owner.settled(sent, 120_000)).map(({ id, assetId }) => [id, assetId ?? ""]));
      ids = sent.map((id) => settled.get(id) ?? "");
      // In her timeline, and not in the album: a guest sends it, too.
      await owner.upload({ name: "beer.jpg", bytes: await readFile(corpus(BEER)), type: "image/jpeg", modifiedAt: "2026-07-01T10:00:00" });
      const { id } = await owner.json<{ id: string }>("POST", "/api/albums", { title: TITLE, photos: { ids, ranges: [] } });
      address = `${installed.url}/albums/${id}`;
      anna = await openPage(browser, DESKTOP);
      await signInPage(anna.page, installed.url);
      requests = [];
    }, 240_000);
    afterAll(async () => {
      await browser?.close();
      await installed?.stop();
    });

    it("is made by the owner on the page of an album, for guests who may send photos too", async () => {
      const { page: mine } = anna;
      await mine.goto(address);
      await mine.getByRole("button", { name: "Share by link" }).click();
      const dialog = mine.getByRole("dialog");
      await dialog.getByLabel("Hide location and camera").uncheck();
      await dialog.getByLabel("Let guests send photos").check();
      await dialog.getByLabel("Ask for a password").check();
      await dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
      await dialog.getByLabel("Last day").fill("2026-12-31");
      await dialog.getByRole("button", { name: "Make a link" }).click();
      url = await dialog.getByLabel("Address of the link").inputValue();
      expect(url).toMatch(/\/s\/[\w-]{43}$/u);
      await dialog.getByRole("button", { name: "Done" }).click();
    });

    it("asks a guest on a phone for its password, calmly, and says when it is wrong", async () => {
      guest = await openPage(browser, { ...PHONE, allow: /status of 401|favicon/u });
      page = guest.page;
      page.on("request", (request) => requests.push(request));
      await page.addInitScript(SHIFT);
      await page.goto(url);
      await page.getByRole("heading", { name: "These photos have a password" }).waitFor();
      expect(await page.getByText("Mongolia").count()).toBe(0);
      expect(await look(page, "share-password", { phone: false })).toEqual([]);
      await page.getByLabel("Password").fill("guess");
      await page.getByRole("button", { name: "Show the photos" }).click();
      await page.getByText("This is not the password of this link.").waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Show the photos" }).click();
      await page.getByRole("heading", { name: TITLE }).waitFor();
    });

    it("shows the photos under their title, without chrome, shift or an invitation to sign in", async () => {
      await page.locator(".tile-image.shown").nth(5).waitFor();
      await page.locator(".hero-image.shown").waitFor();
      expect(await page.locator(".hero-about").textContent()).toMatch(/12 photos · 1 video · shared by Anna Klein until/u);
      expect(await page.getByText(/sign in/iu).count()).toBe(0);
      expect(await page.locator('meta[name="robots"]').getAttribute("content")).toContain("noindex");
      expect(await look(page, "share-390", { phone: false })).toEqual([]);
      expect(await page.evaluate("globalThis.shift")).toBeLessThan(0.001);
    });

    it("opens a photo, swipes through, lets them pass by themselves, and Back leads to the tile that was looked at last", async () => {
      await page.locator(".tile-link[href]").nth(1).click();
      await page.waitForURL(/\/p\/[0-9a-f-]{36}$/u);
      await page.locator(".slide:not([inert]) .slide-image").waitFor();
      const first = page.url();
      await page.keyboard.press("ArrowRight");
      await page.waitForURL(({ href, pathname }) => href !== first && pathname.includes("/p/"));
      expect(await look(page, "share-viewer-390", { phone: false })).toEqual([]);
      await page.keyboard.press("i");
      await page
        .getByRole("complementary", { name: "Info" })
        .getByText(/\.(?:jpg|webp|mp4|arw)$/u)
        .waitFor();
      expect(await look(page, "share-info-390", { phone: false })).toEqual([]);
      await page.keyboard.press("i");
      await page.keyboard.press("f");
      await page.locator(".viewer[data-playing]").waitFor();
      const at = page.url();
      await page.waitForURL(({ href }) => href !== at, { timeout: 15_000 });
      await page.keyboard.press(" ");
      await page.locator(".viewer:not([data-playing])").waitFor();
      const last = new URL(page.url()).pathname.split("/").at(-1) ?? "";
      await page.goBack();
      await page.waitForURL(url);
      await expect.poll(() => page.locator("dialog[open]").count()).toBe(0);
      expect(await page.evaluate<string>("document.activeElement.getAttribute('href')")).toContain(last);
    });

    it("saves one, and then all as one zip of byte-identical originals, straight from a store that is away for a moment", async () => {
      const { page: desktop } = await openPage(browser, { ...DESKTOP, acceptDownloads: true });
      const shared = await share({ hideMetadata: false });
      await desktop.goto(shared.url);
      await desktop.locator(".tile-image.shown").nth(8).waitFor();
      await desktop.locator(".hero-image.shown").waitFor();
      expect(await look(desktop, "share", { phone: false })).toEqual([]);
      await reachMessage(desktop);
      // One of them first: what the browser keeps of it is not for the page to read.
      await desktop.locator(".tile-check").nth(1).click({ force: true });
      await Promise.all([desktop.waitForEvent("download"), desktop.getByRole("button", { name: "Download", exact: true }).click()]);
      await desktop.keyboard.press("Escape");
      let fetches = 0;
      await desktop.route(/X-Amz-Signature/u, async (route) => {
        const isCut = route.request().resourceType() === "fetch" && ++fetches <= 2;
        await (isCut ? route.abort() : route.continue());
      });
      const files = await saveAll(desktop);
      expect(new Map(files.map(({ name, bytes }) => [name, sha256(bytes)]))).toEqual(originals);
      await desktop.context().close();
    });

    it("takes a guest's photos without an account, for the owner to accept, who sees of whom they are", async () => {
      await page.getByRole("button", { name: "Add your photos" }).click();
      await page.getByLabel("Your name").fill("Grand\u202Ema");
      await page.getByRole("button", { name: "Choose photos" }).click();
      await page.getByText("The name has characters that cannot be shown.").waitFor();
      await page.getByLabel("Your name").fill("Grandma");
      expect(await look(page, "share-send-390", { phone: false })).toEqual([]);
      await page.locator('.send input[type="file"]').setInputFiles([corpus("phones/canon-dslr.jpg"), corpus(BEER)]);
      await page.getByText("Thank you. 2 photos went to Anna Klein").waitFor({ timeout: 60_000 });
      expect(await look(page, "share-sent-390", { phone: false })).toEqual([]);
      await page.getByRole("button", { name: "Close" }).click();
      const puts = requests.filter((request) => request.method() === "PUT");
      expect(puts.map((request) => new URL(request.url()).origin === installed.url)).toEqual([false, false]);
      const refresh = () => page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
      await refresh();
      expect(await page.locator(".hero-about").textContent()).toContain("12 photos");

      await reviewGuests(anna.page, TITLE, look);
      // What is still being looked at is shown once that is over.
      const about = async () => {
        await refresh();
        return page.locator(".hero-about").textContent();
      };
      await expect.poll(about, { timeout: 60_000 }).toContain("14 photos");
    }, 120_000);

    it("hides names and days where it hides metadata, and fits a frame that may keep nothing", async () => {
      const hiding = await share({ hideMetadata: true });
      const { page: desktop } = await openPage(browser, DESKTOP);
      await desktop.addInitScript(SHIFT);
      await desktop.addInitScript(REFUSED);
      await desktop.goto(`${hiding.url}?embed`);
      await desktop.locator(".tile-image.shown").nth(8).waitFor();
      expect(await desktop.locator(".hero").count()).toBe(0);
      expect(await desktop.locator(".day-head:visible").count()).toBe(0);
      const names = await desktop.evaluate<string[]>(
        `[...document.querySelectorAll(".tile-link")].map((link) => link.getAttribute("aria-label"))`,
      );
      expect(new Set(names)).toEqual(new Set(["Photo", "Video, 0:05", "Raw photo"]));
      expect(await look(desktop, "share-embed")).toEqual([]);
      expect(await desktop.evaluate("globalThis.shift")).toBeLessThan(0.001);
      await desktop.goto(hiding.url);
      await desktop.locator(".hero-image.shown").waitFor();
      await desktop.keyboard.press("Tab");
      await desktop.keyboard.press("Tab");
      await desktop.locator(".tile-check").nth(1).click({ force: true });
      await desktop.getByText("1 selected").first().waitFor();
      expect(await look(desktop, "share-selected", { phone: false })).toEqual([]);
      await desktop.keyboard.press("Escape");
      await desktop.getByText("1 selected").first().waitFor({ state: "hidden" });
      await desktop.context().close();
    });

    it("saves copies that tell nothing where it hides metadata, under neutral names", async () => {
      const { page: desktop } = await openPage(browser, { ...DESKTOP, acceptDownloads: true });
      await desktop.goto((await share({ hideMetadata: true })).url);
      await desktop.getByRole("button", { name: /^Download all · about \d/u }).waitFor();
      const copies = await saveAll(desktop);
      // Of a raw file nothing can be made here that tells nothing.
      await desktop.getByText(/^1 file is left out, because it cannot be downloaded from here: photo \d+ on this page\.$/u).waitFor();
      const names = copies.map(({ name }) => name);
      expect(names.filter((name) => !/^(?:photo|video)-\d{4}\.(?:jpg|webp|mp4)$/u.test(name))).toEqual([]);
      expect(new Set(names.map((name) => name.slice(6, 10))).size).toBe(originals.size - 1);
      // What finds nothing in the copies finds something in the originals.
      expect(await toldByPicture(await readFile(corpus(MORE[0]!)))).not.toEqual([]);
      for (const { name, bytes } of copies) {
        const told = name.endsWith(".mp4") ? [] : await toldByPicture(bytes);
        expect([name, [...told, ...FILES.flatMap((file) => toldByBytes(bytes, file))]]).toEqual([name, []]);
      }
      await desktop.context().close();
    });

    it("loses at once what its owner locks or bins; the bytes of what is deleted for good leave the store, and may come again", async () => {
      const shown = async () => ((await (await page.request.get(`${url}/open`)).json()) as { count: number }).count;
      const mark = (id: string, change: object) =>
        owner.json("POST", "/api/assets/mark", { selection: { ids: [id] }, change, token: newId() });
      const [archived = "", locked = "", binned = ""] = ids;
      const before = await shown();
      await mark(archived, { archived: true });
      expect(await shown()).toBe(before);
      await mark(locked, { locked: true });
      await mark(binned, { trashed: true });
      expect(await shown()).toBe(before - 2);

      const original = (await owner.call("GET", `/api/assets/${binned}/original`)).headers.get("location") ?? "";
      expect((await fetch(original)).status).toBe(200);
      await owner.json("POST", "/api/bin/delete", { ids: [binned] });
      await expect.poll(async () => (await fetch(original)).status).toBe(404);
      const hash = originals.get(basename(FILES[2]!));
      const kept = async () => (await installed.originals()).filter(({ bytes }) => sha256(bytes) === hash).length;
      expect(await kept()).toBe(0);
      const again = await owner.upload({ name: basename(FILES[2]!), bytes: await readFile(corpus(FILES[2]!)) });
      expect(again.status === "sent" && (await owner.settled([again.uploadId]))).toMatchObject([{ safe: true }]);
      expect([await kept(), await shown()]).toEqual([1, before - 2]);
    });

    it("closes under the eyes of whoever looks when it is revoked", async () => {
      await anna.page.getByRole("listitem").filter({ hasText: "sent by guests" }).getByRole("button", { name: "Revoke" }).click();
      await anna.page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
      await anna.page.getByText("Revoked", { exact: true }).waitFor();
      await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
      await page.getByRole("heading", { name: "This link does not exist any more" }).waitFor();
      expect(await look(page, "share-gone", { phone: false })).toEqual([]);
      expect((await fetch(url)).status).toBe(404);
      expect(guest.problems.filter((problem) => !problem.includes("404"))).toEqual([]);
      expect(anna.problems).toEqual([]);
    });
  });
