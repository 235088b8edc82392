import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromePath, launchBrowser, openPage, type WatchedPage } from "../support/browser.ts";
import { type Client, createClient, setUp } from "../support/client.ts";
import { hasFaketime, movableClock } from "../support/clock.ts";
import { corpus, hasCorpus } from "../support/corpus.ts";
import { type Laptop, startLaptop } from "../support/laptop.ts";
import { plainPicture } from "../support/picture.ts";
import { photograph } from "../support/screenshot.ts";
import { unzip } from "../support/unzip.ts";

const HOUR = 3600;
/** In hours: more than what is signed for a link lives. */
const EXPIRY = 11 / 60;
/** The longer side of a preview. */
const PREVIEW = 1920;
/** Larger than their previews. */
const FILES = ["phones/canon-dslr.jpg", "wide-gamut/Ultra_HDR_Samples_Originals_01.jpg"];
const NATURE = "everyday/albums/nature";
const WIDE = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 390, height: 500 }, hasTouch: true, isMobile: true };

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/**
 * A page that is looked at again when everything that was signed for it has expired: the clocks of the server and its store, and of the page, go on
 * by hours.
 */
describe.skipIf(chromePath === undefined || !hasCorpus || !hasFaketime)("a tab that was left open", () => {
  const clock = movableClock();
  let root: string;
  let laptop: Laptop;
  let browser: Browser;
  let owner: Client;
  let guest: WatchedPage;
  let page: Page;
  let ids: string[];
  let refused = 0;
  /** By how much the clocks are ahead, in ms. */
  let ahead = 0;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "tintype-later-"));
    const dataDir = join(root, "Tintype");
    [laptop, browser] = await Promise.all([startLaptop({ dataDir, env: clock.env, bundled: true }), launchBrowser()]);
    owner = createClient(laptop.url, await setUp(laptop.url, laptop.token ?? ""));
    ids = await bring(await Promise.all(FILES.map(async (path) => ({ name: basename(path), bytes: await readFile(corpus(path)) }))));
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
    await rm(root, { recursive: true, force: true });
  });

  /** Into the library; gives the ids of what they become. */
  async function bring(files: readonly { name: string; bytes: Buffer }[]): Promise<string[]> {
    const send = async ({ name, bytes }: (typeof files)[number]) => {
      const outcome = await owner.upload({ name, bytes, modifiedAt: "2026-11-28T10:00:00" });
      return outcome.status === "sent" ? outcome.uploadId : "";
    };
    return (await owner.settled(await Promise.all(files.map(send)))).map(({ assetId }) => assetId ?? "");
  }
  const share = (options: object = {}) => {
    const body = { assetIds: ids, title: "Mongolia", hideMetadata: false, allowUpload: true, ...options };
    return owner.json<{ id: string; url: string }>("POST", "/api/links", body);
  };
  /** A page of somebody else's, whose clock is the server's. */
  const openGuest = async (options: Parameters<typeof openPage>[1]): Promise<WatchedPage> => {
    const opened = await openPage(browser, { allow: /status of 40[34]|ERR_INTERNET_DISCONNECTED|ERR_FAILED/u, ...options });
    await opened.page.clock.install({ time: Date.now() + ahead });
    opened.page.on("response", (response) => (refused += response.status() === 403 ? 1 : 0));
    return opened;
  };
  /**
   * So much later, for the server and its store. It keeps to the store's clock, which each answer tells it: with a second's delay, as Node writes
   * dates.
   */
  const forward = async (hours: number) => {
    clock.forward(hours * HOUR);
    ahead += hours * HOUR * 1000;
    await sleep(1_100);
    await owner.call("GET", `/api/assets/${ids[0]}/original`);
  };
  /** So much later, for everybody. */
  const later = async (on: Page, hours: number) => {
    await forward(hours);
    await on.clock.fastForward(hours * HOUR * 1000);
    refused = 0;
  };
  /** Every picture in view is there. */
  const isShown = async (on: Page) => {
    await on.locator(".tile").first().waitFor();
    const missing = `[...document.querySelectorAll(".tile")].filter((tile) => {
      const { top, bottom } = tile.getBoundingClientRect();
      return bottom > 0 && top < innerHeight && !tile.querySelector(".tile-image.shown");
    }).length`;
    await expect.poll(() => on.evaluate<number>(missing), { timeout: 30_000 }).toBe(0);
  };
  /** The longer side of the picture that has come in the viewer. */
  const pictured = (on: Page) =>
    on.evaluate<number>(
      `Math.max(0, ...[...document.querySelectorAll(".slide:not([inert]) .slide-image")].map(({ naturalWidth, naturalHeight }) => Math.max(naturalWidth, naturalHeight)))`,
    );

  it("for eleven minutes in the grid shows pictures when it is scrolled on", async () => {
    const files = await Promise.all(Array.from({ length: 30 }, async (_, i) => ({ name: `${i}.jpg`, bytes: await plainPicture(i) })));
    const { url } = await share({ assetIds: await bring(files) });
    const { page: phone, problems } = await openGuest(PHONE);
    await phone.goto(url);
    await isShown(phone);
    await later(phone, EXPIRY);
    // All are told of at once: they are asked for again only when a picture does not come.
    const again = phone.waitForRequest(`${url}/items`);
    await phone.evaluate("document.querySelector('.grid-box').scrollTo(0, 1e6)");
    await again;
    await isShown(phone);
    expect(problems).toEqual([]);
    await phone.context().close();
  });

  it("for an hour in the viewer goes on: it zooms to the original, and turns the page", async () => {
    guest = await openGuest({ ...WIDE, acceptDownloads: true });
    page = guest.page;
    await page.goto((await share()).url);
    await isShown(page);
    await page.locator(".tile-link[href]").first().click();
    await expect.poll(() => pictured(page)).toBe(PREVIEW);
    await later(page, 1);
    await page.keyboard.press("z");
    await page.keyboard.press("+");
    await expect.poll(() => pictured(page)).toBeGreaterThan(PREVIEW);
    await page.keyboard.press("z");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => pictured(page)).toBe(PREVIEW);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("dialog[open]").count()).toBe(0);
  });

  it("gets the rest of a zip in the middle of which its addresses expire", async () => {
    await page.route(
      "**/downloads",
      async (route) => {
        const response = await route.fetch();
        await later(page, 1);
        await route.fulfill({ response });
      },
      { times: 1 },
    );
    await page.evaluate("delete window.showSaveFilePicker");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: /^Download all/u }).click()]);
    const files = await unzip(await download.path());
    const wanted = await Promise.all(FILES.map(async (path) => sha256(await readFile(corpus(path)))));
    expect(files.map(({ bytes }) => sha256(bytes)).toSorted()).toEqual(wanted.toSorted());
    expect(refused).toBe(FILES.length);
  });

  it("is told that a download waits while nobody answers, and that it goes on, as it then does", async () => {
    const { page: on, problems } = await openGuest({ ...WIDE, acceptDownloads: true });
    await on.goto((await share({ allowUpload: false })).url);
    await on.evaluate("delete window.showSaveFilePicker");
    let isAway = true;
    for (const path of ["**/downloads", "**/photos/**"]) await on.route(path, (route) => (isAway ? route.abort() : route.continue()));
    const coming = on.waitForEvent("download", { timeout: 60_000 });
    await on.getByRole("button", { name: /^Download all/u }).click();
    const said = on.getByRole("group", { name: "Download" }).getByText("The photos cannot be reached: the download carries on by itself");
    await said.waitFor();
    expect(await photograph(on, "share-waiting")).toEqual([]);
    isAway = false;
    await said.waitFor({ state: "detached" }).catch(() => undefined);
    expect((await unzip(await (await coming).path())).length).toBe(FILES.length);
    expect(await said.count()).toBe(0);
    expect(problems.filter((problem) => !/Failed to load resource|ERR_FAILED/u.test(problem))).toEqual([]);
    await on.context().close();
  });

  it("is told beforehand of how many there is nothing to download without metadata, and by their places afterwards", async () => {
    const [broken = ""] = await bring([{ name: "broken.gif", bytes: Buffer.from("GIF89a and nothing more") }]);
    const { url } = await share({ assetIds: [...ids, broken], hideMetadata: true, allowUpload: false });
    const { page: on, problems } = await openGuest({ ...WIDE, acceptDownloads: true });
    await on.goto(url);
    const note = on.getByText("1 of 3 files cannot be downloaded from here.");
    await expect
      .poll(
        async () =>
          on.reload().then(() =>
            note.waitFor({ timeout: 2_000 }).then(
              () => true,
              () => false,
            ),
          ),
        { timeout: 60_000 },
      )
      .toBe(true);
    await on.evaluate("delete window.showSaveFilePicker");
    const [download] = await Promise.all([on.waitForEvent("download"), on.getByRole("button", { name: /^Download all/u }).click()]);
    expect((await unzip(await download.path())).length).toBe(2);
    await on.getByText(/^1 file is left out, because it cannot be downloaded from here: photo [123] on this page\.$/u).waitFor();
    expect(await photograph(on, "share-short")).toEqual([]);
    expect(problems).toEqual([]);
    await on.context().close();
  });

  it("sends anew what was to be sent when its address had expired, and what the store refused for that", async () => {
    await page.getByRole("button", { name: "Add your photos" }).click();
    const input = page.locator('.send input[type="file"]');
    const puts: string[] = [];
    page.on("request", (request) => request.method() === "PUT" && puts.push(request.url()));
    // What was planned lay about, in a device that slept, before it was sent.
    await page.route(
      "**/uploads",
      async (route) => {
        const response = await route.fetch();
        await later(page, EXPIRY);
        await route.fulfill({ response });
      },
      { times: 1 },
    );
    await input.setInputFiles(corpus(`${NATURE}/silver_fir.jpg`));
    await page.getByText("Thank you. 1 photo went to Anna").waitFor({ timeout: 60_000 });
    expect([puts.length, refused]).toEqual([1, 0]);
    // It expires on the way, by the store's clock.
    await page.route(
      /\/incoming\//u,
      async (route) => {
        await forward(EXPIRY);
        await route.continue();
      },
      { times: 1 },
    );
    await input.setInputFiles(corpus(`${NATURE}/cyclamen_persicum.jpg`));
    await expect.poll(() => new Set(puts).size, { timeout: 60_000 }).toBe(3);
    await page.getByText("Thank you. 1 photo went to Anna").waitFor({ timeout: 60_000 });
    expect(refused).toBe(1);
    await page.clock.fastForward(EXPIRY * HOUR * 1000);
    await page.getByRole("button", { name: "Close" }).click();
  });

  it("says beforehand when not all can be downloaded any more, as the budget changes", async () => {
    const all = (await Promise.all(FILES.map(async (path) => (await readFile(corpus(path))).length))).reduce((sum, size) => sum + size, 0);
    const made = await share({ budgetBytes: all - 1, allowUpload: false });
    const { page: desktop, problems } = await openGuest({ ...WIDE, acceptDownloads: true });
    const change = async (budgetBytes: number | null) => {
      await owner.call("PATCH", `/api/links/${made.id}`, { budgetBytes });
      await desktop.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    };
    const button = desktop.getByRole("button", { name: /^Download all/u });
    const note = desktop.getByText("All together are more than may still be downloaded");
    await desktop.goto(made.url);
    await note.waitFor();
    expect(await button.isDisabled()).toBe(true);
    await desktop.locator(".hero-image.shown").waitFor();
    expect(await photograph(desktop, "share-over")).toEqual([]);
    await change(null);
    await expect.poll(() => button.isEnabled()).toBe(true);
    expect(await note.isVisible()).toBe(false);
    await change(all + 2_000_000);
    await desktop.evaluate("delete window.showSaveFilePicker");
    await Promise.all([desktop.waitForEvent("download"), button.click()]);
    await note.waitFor();
    expect(await button.isDisabled()).toBe(true);
    expect(problems).toEqual([]);
    await desktop.context().close();
  });

  it("says after a reload in the middle of an upload what was not sent", async () => {
    await page.getByRole("button", { name: "Add your photos" }).click();
    const input = page.locator('.send input[type="file"]');
    await page.route(/\/incoming\//u, (route) => (route.request().method() === "PUT" ? route.abort() : route.continue()));
    await input.setInputFiles(corpus("everyday/albums/nature/prairie_falcon.jpg"));
    await page
      .getByText(/connection|interrupted|broke/iu)
      .first()
      .waitFor();
    page.once("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await page.getByText("1 file was not sent before this page was closed. Add it again.").waitFor();
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await page.getByRole("button", { name: "Add your photos" }).click();
    await input.setInputFiles(corpus("everyday/albums/nature/prairie_falcon.jpg"));
    await page.getByText("Thank you. 1 photo went to Anna").waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Close" }).click();
    expect(await page.getByText("not sent before").count()).toBe(0);
  });

  it("says that it is offline, and goes on by itself when it is not any more", async () => {
    const gone = page.getByText("The photos cannot be reached.");
    await page.context().setOffline(true);
    await gone.waitFor();
    await page.context().setOffline(false);
    await expect.poll(() => gone.count()).toBe(0);
    await isShown(page);
    expect(guest.problems).toEqual([]);
    await page.context().close();
  });
});
