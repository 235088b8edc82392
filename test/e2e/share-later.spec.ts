import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromePath, launchBrowser, openPage, type WatchedPage } from "../support/browser.ts";
import { type Client, createClient, setUp } from "../support/client.ts";
import { hasFaketime, movableClock } from "../support/clock.ts";
import { corpus, hasCorpus } from "../support/corpus.ts";
import { type Laptop, startLaptop } from "../support/laptop.ts";
import { unzip } from "../support/unzip.ts";

const HOUR = 3600;
/** The longer side of a preview. */
const PREVIEW = 1920;
/** Larger than their previews. */
const FILES = ["phones/canon-dslr.jpg", "wide-gamut/Ultra_HDR_Samples_Originals_01.jpg"];
const WIDE = { viewport: { width: 1440, height: 900 } };

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** A page that is looked at again when everything that was signed for it has expired: the clocks of the server and its store, and of the page, go on by hours. */
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

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "tintype-later-"));
    const dataDir = join(root, "Tintype");
    [laptop, browser] = await Promise.all([startLaptop({ dataDir, env: clock.env, bundled: true }), launchBrowser()]);
    owner = createClient(laptop.url, await setUp(laptop.url, laptop.token ?? ""));
    const sent = await Promise.all(
      FILES.map(async (path) => {
        const outcome = await owner.upload({
          name: basename(path),
          bytes: await readFile(corpus(path)),
          modifiedAt: "2026-11-28T10:00:00",
        });
        return outcome.status === "sent" ? outcome.uploadId : "";
      }),
    );
    ids = (await owner.settled(sent)).map(({ assetId }) => assetId ?? "");
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
    await rm(root, { recursive: true, force: true });
  });

  const share = async () => {
    const body = { assetIds: ids, title: "Mongolia", hideMetadata: false, allowUpload: true };
    return (await owner.json<{ url: string }>("POST", "/api/links", body)).url;
  };
  /** So much later, for everybody. */
  const later = async (on: Page, hours: number) => {
    clock.forward(hours * HOUR);
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

  it("for an hour in the viewer goes on: it zooms to the original, and turns the page", async () => {
    guest = await openPage(browser, { ...WIDE, acceptDownloads: true, allow: /status of 40[34]|ERR_INTERNET_DISCONNECTED|ERR_FAILED/u });
    page = guest.page;
    await page.clock.install();
    page.on("response", (response) => (refused += response.status() === 403 ? 1 : 0));
    await page.goto(await share());
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
