import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeViolations, chromePath, launchBrowser, openPage, type WatchedPage } from "../support/browser.ts";
import { type Client, createClient, setUp } from "../support/client.ts";
import { corpus, hasCorpus } from "../support/corpus.ts";
import { type Laptop, startLaptop } from "../support/laptop.ts";
import { photograph } from "../support/screenshot.ts";
import { unzip } from "../support/unzip.ts";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const DESKTOP = { viewport: { width: 1440, height: 900 } };
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

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

type Made = { id: string; albumId: string; url: string };

/** What the layout has moved by since the page was opened, other than by a person's hand. */
const SHIFT = `globalThis.shift = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });`;

/** The owner and a guest, each in a browser context of their own: what a link shows, takes and refuses. */
describe.skipIf(chromePath === undefined || !hasCorpus)("a shared link", () => {
  let root: string;
  let laptop: Laptop;
  let browser: Browser;
  let owner: Client;
  let originals: Map<string, string>;
  let ids: string[];
  let guest: WatchedPage;
  let page: Page;
  let link: Made;

  const share = (options: object): Promise<Made> =>
    owner.json<Made>("POST", "/api/links", { assetIds: ids, title: "Mongolia, July 2026", ...options });

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "tintype-share-"));
    [laptop, browser] = await Promise.all([startLaptop({ dataDir: join(root, "Tintype") }), launchBrowser()]);
    owner = createClient(laptop.url, await setUp(laptop.url, laptop.token ?? ""));
    originals = new Map();
    const sent: string[] = [];
    for (const [i, path] of [...NATURE, ...MORE].entries()) {
      const bytes = await readFile(corpus(path));
      originals.set(basename(path), sha256(bytes));
      const type = path.endsWith(".mp4") ? "video/mp4" : "image/jpeg";
      const outcome = await owner.upload({ name: basename(path), bytes, type, modifiedAt: `2026-07-${String(10 + (i % 4))}T10:00:00` });
      if (outcome.status === "sent") sent.push(outcome.uploadId);
    }
    ids = (await owner.settled(sent, 120_000)).map(({ assetId }) => assetId ?? "");
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
    await rm(root, { recursive: true, force: true });
  });

  it("asks a guest on a phone for its password, calmly, and says when it is wrong", async () => {
    link = await share({ password: PASSWORD, allowUpload: true, hideMetadata: false, expiresAt: "2026-12-31T12:00:00Z" });
    guest = await openPage(browser, { ...PHONE, allow: /status of 401|favicon/u });
    page = guest.page;
    await page.addInitScript(SHIFT);
    await page.goto(link.url);
    await page.getByRole("heading", { name: "These photos have a password" }).waitFor();
    expect(await page.getByText("Mongolia").count()).toBe(0);
    expect(await photograph(page, "share-password", { phone: false })).toEqual([]);
    await page.getByLabel("Password").fill("guess");
    await page.getByRole("button", { name: "Show the photos" }).click();
    await page.getByText("This is not the password of this link.").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Show the photos" }).click();
    await page.getByRole("heading", { name: "Mongolia, July 2026" }).waitFor();
  });

  it("shows the photos under their title, without chrome, shift or an invitation to sign in", async () => {
    await page.locator(".tile-image.shown").nth(5).waitFor();
    await page.locator(".hero-image.shown").waitFor();
    expect(await page.locator(".hero-about").textContent()).toMatch(/12 photos · 1 video · shared by Anna Klein until/u);
    expect(await page.getByText(/sign in/iu).count()).toBe(0);
    expect(await page.locator('meta[name="robots"]').getAttribute("content")).toContain("noindex");
    expect(await photograph(page, "share-390", { phone: false })).toEqual([]);
    expect(await page.evaluate("globalThis.shift")).toBeLessThan(0.001);
  });

  it("opens a photo, swipes through, lets them pass by themselves, and Back leads to the tile that was looked at last", async () => {
    await page.locator(".tile-link[href]").nth(1).click();
    await page.waitForURL(/\/p\/[0-9a-f-]{36}$/u);
    await page.locator(".slide:not([inert]) .slide-image").waitFor();
    const first = page.url();
    await page.keyboard.press("ArrowRight");
    await page.waitForURL((url) => url.href !== first && url.pathname.includes("/p/"));
    expect(await photograph(page, "share-viewer-390", { phone: false })).toEqual([]);
    await page.keyboard.press("f");
    await page.locator(".viewer[data-playing]").waitFor();
    const at = page.url();
    await page.waitForURL((url) => url.href !== at, { timeout: 15_000 });
    await page.keyboard.press(" ");
    await page.locator(".viewer:not([data-playing])").waitFor();
    const last = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    await page.goBack();
    await page.waitForURL(link.url);
    await expect.poll(() => page.locator("dialog[open]").count()).toBe(0);
    expect(await page.evaluate<string>("document.activeElement.getAttribute('href')")).toContain(last);
  });

  it("saves all of it as one zip of byte-identical originals, straight from the store", async () => {
    const { page: desktop } = await openPage(browser, { ...DESKTOP, acceptDownloads: true });
    const open = await share({ hideMetadata: false });
    await desktop.goto(open.url);
    await desktop.locator(".tile-image.shown").nth(8).waitFor();
    await desktop.locator(".hero-image.shown").waitFor();
    expect(await photograph(desktop, "share", { phone: false })).toEqual([]);
    // The picker of files is a window of the system, which no test can click: this browser is one without.
    await desktop.evaluate("delete window.showSaveFilePicker");
    const [download] = await Promise.all([
      desktop.waitForEvent("download"),
      desktop.getByRole("button", { name: /Download all · /u }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("Mongolia, July 2026.zip");
    const files = await unzip(await download.path());
    expect(new Map(files.map(({ name, bytes }) => [name, sha256(bytes)]))).toEqual(originals);
    await desktop.context().close();
  });

  it("takes a guest's photos without an account, for the owner to accept, who sees of whom they are", async () => {
    await page.getByRole("button", { name: "Add your photos" }).click();
    await page.getByLabel("Your name").fill("Grandma");
    expect(await photograph(page, "share-send-390", { phone: false })).toEqual([]);
    await page
      .locator('.send input[type="file"]')
      .setInputFiles([corpus("phones/canon-dslr.jpg"), corpus("everyday/albums/text/craft-beer.jpg")]);
    await page.getByText("Thank you. 2 photos went to Anna Klein").waitFor({ timeout: 60_000 });
    expect(await photograph(page, "share-sent-390", { phone: false })).toEqual([]);
    await page.getByRole("button", { name: "Close" }).click();
    const path = `/api/albums/${link.albumId}/held`;
    const { photos } = await owner.json<{ photos: { id: string; guestName: string; name: string }[] }>("GET", path);
    expect(photos.map(({ guestName, name }) => `${guestName}: ${name}`).toSorted()).toEqual([
      "Grandma: canon-dslr.jpg",
      "Grandma: craft-beer.jpg",
    ]);
    const refresh = () => page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await refresh();
    expect(await page.locator(".hero-about").textContent()).toContain("12 photos");
    const accepted = await owner.json("POST", path, { ids: photos.map(({ id }) => id), accept: true });
    expect(accepted).toEqual({ count: 2 });
    // What is still being looked at is shown once that is over.
    const about = async () => {
      await refresh();
      return page.locator(".hero-about").textContent();
    };
    await expect.poll(about, { timeout: 60_000 }).toContain("14 photos");
  }, 120_000);

  it("hides names and days where it hides metadata, and fits a frame", async () => {
    const { url } = await share({ hideMetadata: true });
    const { page: desktop } = await openPage(browser, DESKTOP);
    await desktop.addInitScript(SHIFT);
    await desktop.goto(`${url}?embed`);
    await desktop.locator(".tile-image.shown").nth(8).waitFor();
    expect(await desktop.locator(".hero").count()).toBe(0);
    expect(await desktop.locator(".day-head:visible").count()).toBe(0);
    const names = await desktop.evaluate<string[]>(
      `[...document.querySelectorAll(".tile-link")].map((link) => link.getAttribute("aria-label"))`,
    );
    expect(new Set(names)).toEqual(new Set(["Photo", "Video, 0:05", "Raw photo"]));
    expect(await photograph(desktop, "share-embed")).toEqual([]);
    expect(await desktop.evaluate("globalThis.shift")).toBeLessThan(0.001);
    await desktop.goto(url);
    await desktop.locator(".hero-image.shown").waitFor();
    await desktop.keyboard.press("Tab");
    await desktop.keyboard.press("Tab");
    await desktop.locator(".tile-check").nth(1).click({ force: true });
    await desktop.getByText("1 selected").first().waitFor();
    expect(await photograph(desktop, "share-selected", { phone: false })).toEqual([]);
    await desktop.keyboard.press("Escape");
    await desktop.getByText("1 selected").first().waitFor({ state: "hidden" });
    await desktop.context().close();
  });

  it("closes under the eyes of whoever looks when it is revoked", async () => {
    await owner.json("DELETE", `/api/links/${link.id}`).catch(() => undefined);
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await page.getByRole("heading", { name: "This link does not exist any more" }).waitFor();
    expect(await photograph(page, "share-gone", { phone: false })).toEqual([]);
    expect((await fetch(link.url)).status).toBe(404);
    expect(guest.problems.filter((problem) => !problem.includes("404"))).toEqual([]);
    await page.context().close();
  });
});
