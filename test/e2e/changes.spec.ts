import type { Locator, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { chromePath } from "../support/browser.ts";
import { type Client, createClient, signIn } from "../support/client.ts";
import type { Laptop } from "../support/laptop.ts";
import { photograph } from "../support/screenshot.ts";
import { hrefOf, openSeeded } from "../support/seeded.ts";

const PHOTOS = 300;

describe.skipIf(chromePath === undefined)("a library that changes while somebody is in it", () => {
  let laptop: Laptop;
  let page: Page;
  let problems: string[];
  let client: Client;
  let sent = 0;
  let close: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    ({ laptop, page, problems, close } = await openSeeded(PHOTOS, /\/original|\/library\/|ERR_FAILED/u));
    client = createClient(laptop.url, await signIn(laptop.url));
  }, 240_000);
  afterAll(() => close?.());
  beforeEach(async () => {
    await page.goto(`${laptop.url}/`);
    await page.locator(".tile-image.shown").nth(8).waitFor();
  });

  const tile = (n: number) => page.locator(`.tile:has(.tile-link[href="${hrefOf(n)}"])`);
  async function check(...photos: number[]): Promise<void> {
    for (const n of photos) {
      await tile(n).hover();
      await tile(n).locator(".tile-check").click();
    }
  }
  /** Begins to download photos, none of which comes until the page's route is taken away; gives the button. */
  async function stallDownload(...photos: number[]): Promise<Locator> {
    await check(...photos);
    await page.route("**/photos/library/**", () => undefined);
    const download = page.getByRole("button", { name: "Download", exact: true });
    await Promise.all([page.waitForRequest("**/photos/library/**"), download.click()]);
    return download;
  }
  const selected = () => page.locator(".selection-count").textContent();
  /** Which of the seeded photos are shown as selected. */
  const marked = async () => {
    const hrefs = await page.evaluate<string[]>(
      `[...document.querySelectorAll(".tile[data-selected] .tile-link")].map((link) => link.getAttribute("href"))`,
    );
    return hrefs.map((href) => Number.parseInt(href.slice(-12), 16));
  };

  /** Photos taken at these times, newest first, come in from elsewhere, and the page gets to know them. */
  async function takeIn(times: readonly string[]): Promise<void> {
    const uploads = await Promise.all(
      times.map(async (modifiedAt) => {
        const name = `new-${++sent}.jpg`;
        const picture = sharp({ create: { width: 640, height: 480, channels: 3, background: "teal" } }).jpeg();
        // Behind its end a picture may have anything: here what makes it another file.
        const bytes = Buffer.concat([await picture.toBuffer(), Buffer.from(name)]);
        const upload = await client.upload({ name, bytes, modifiedAt });
        if (upload.status !== "sent") throw new Error("the upload was not taken");
        return upload.uploadId;
      }),
    );
    const states = await client.settled(uploads);
    const newest = `${laptop.url}/p/${states[0]!.assetId}`;
    await page.evaluate(`document.dispatchEvent(new Event("visibilitychange"))`);
    await expect
      .poll(() => page.evaluate<boolean>(`[...document.querySelectorAll(".tile-link")].some(({ href }) => href === "${newest}")`))
      .toBe(true);
  }

  async function press(key: string, n: number): Promise<void> {
    await page.keyboard.press(key);
    await expect.poll(() => page.url()).toBe(`${laptop.url}${hrefOf(n)}`);
  }

  it("keeps what a frame has selected, and draws on from where the mouse is", async () => {
    const middle = async (n: number) => {
      const box = (await tile(n).boundingBox())!;
      return [box.x + box.width / 2, box.y + box.height / 2] as const;
    };
    await page.mouse.move(...(await middle(1)));
    await page.mouse.down();
    const [x, y] = await middle(2);
    await page.mouse.move(x, y, { steps: 5 });
    expect(await marked()).toEqual([1, 2]);
    await takeIn(["2026-11-23T11:00:00", "2026-11-23T10:00:00"]);
    await page.mouse.move(x + 8, y);
    expect(await marked()).toEqual(expect.arrayContaining([1, 2]));
    await page.mouse.move(...(await middle(8)), { steps: 5 });
    await page.mouse.up();
    expect(await marked()).toEqual(expect.arrayContaining([1, 2, 8]));
    await page.keyboard.press("Escape");
  });

  it("keeps the viewer's way through the photos, and gives the focus back to the right one", async () => {
    await page.locator(`.tile-link[href="${hrefOf(10)}"]`).click();
    await page.locator("dialog.viewer[open] .slide-box").first().waitFor();
    await press("ArrowRight", 11);
    await takeIn(["2026-12-05T10:00:00", "2026-12-04T10:00:00", "2026-12-03T10:00:00", "2026-11-30T10:00:00"]);
    for (const n of [12, 13, 14, 15]) await press("ArrowRight", n);
    await press("ArrowLeft", 14);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.evaluate<string>(`document.activeElement.getAttribute("href") ?? ""`)).toBe(hrefOf(14));
  });

  it("leaves what is selected selected, and shows it", async () => {
    await check(2, 3, 4);
    await takeIn(["2026-11-29T10:00:00"]);
    expect(await marked()).toEqual([2, 3, 4]);
    expect(await selected()).toMatch(/^3 selected/u);
    await tile(3).locator(".tile-check").click();
    expect(await marked()).toEqual([2, 4]);
    expect(await selected()).toMatch(/^2 selected/u);
    await page.keyboard.press("Escape");
  });

  it("selects a range from the photo that was clicked, wherever that has moved to", async () => {
    await check(6);
    await takeIn(["2026-12-06T10:00:00", "2026-11-28T10:00:00"]);
    await tile(9)
      .locator(".tile-check")
      .click({ modifiers: ["Shift"] });
    expect(await marked()).toEqual([6, 7, 8, 9]);
    expect(await selected()).toMatch(/^4 selected/u);
    await page.keyboard.press("Escape");
  });

  it("shows the pictures that did not come once the storage is back", async () => {
    await page.route("**/derived/**", (route) => route.abort());
    await page.reload();
    await tile(0).waitFor();
    await page.waitForTimeout(1_000);
    expect(await page.locator(".tile-image.shown").count()).toBe(0);
    await page.unroute("**/derived/**");
    await page.locator(".tile-image.shown").nth(8).waitFor({ timeout: 15_000 });
  });

  it("says that an original is gone, and stays where it is", async () => {
    // The seeded photos have thumbnails only.
    await check(1);
    await page.getByRole("button", { name: "Download", exact: true }).click();
    await page.getByText("The original is no longer in storage.").waitFor();
    expect(page.url()).toBe(`${laptop.url}/`);
    expect(await marked()).toEqual([1]);
    await page.keyboard.press("Escape");
    await page.locator(`.tile-link[href="${hrefOf(1)}"]`).click();
    await page.locator("dialog.viewer[open] .slide-image").first().waitFor();
    const [saved] = await Promise.all([page.waitForEvent("download", { timeout: 5_000 }), page.keyboard.press("d")]);
    expect(await saved.failure()).not.toBeNull();
    expect(page.url()).toBe(`${laptop.url}${hrefOf(1)}`);
    expect(await page.locator("dialog.viewer[open]").count()).toBe(1);
  });

  it("ends a download that is cancelled, and says of one that nothing is left of what is gone", async () => {
    await page.evaluate("delete window.showSaveFilePicker");
    const download = await stallDownload(1, 2);
    expect(await download.isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Cancel the download" }).click();
    await expect.poll(() => download.isDisabled()).toBe(false);
    expect(await page.locator(".toast").count()).toBe(0);
    await page.unroute("**/photos/library/**");
    await download.click();
    await page.getByText("Nothing was downloaded.").filter({ hasText: "IMG_1.jpg and IMG_2.jpg." }).waitFor();
    await page.keyboard.press("Escape");
  });

  it("says of a download that it waits while nobody answers, and goes on by itself", async () => {
    await page.evaluate("delete window.showSaveFilePicker");
    await check(1, 2);
    const away = ["**/api/assets/downloads", "**/photos/library/**"];
    for (const path of away) await page.route(path, (route) => route.abort());
    await page.getByRole("button", { name: "Download", exact: true }).click();
    const bar = page.getByRole("group", { name: "Selected photos" });
    const said = bar.getByText("Waiting. The photos cannot be reached: the download carries on by itself once they are.");
    await said.waitFor();
    expect(await photograph(page, "selection-waiting")).toEqual([]);
    expect(await bar.getByRole("button", { name: "Cancel the download" }).isVisible()).toBe(true);
    for (const path of away) await page.unroute(path);
    await page.getByText("Nothing was downloaded.").filter({ hasText: "IMG_1.jpg and IMG_2.jpg." }).waitFor({ timeout: 60_000 });
    expect(await said.count()).toBe(0);
    await page.keyboard.press("Escape");
  });

  it("keeps a download in sight when nothing is selected any more; of one that ends early no file is left", async () => {
    // A file of the browser's own in place of one that a person picks.
    await page.evaluate(
      "window.showSaveFilePicker = async () => (await navigator.storage.getDirectory()).getFileHandle('Photos.zip', { create: true })",
    );
    const left = () => page.evaluate("navigator.storage.getDirectory().then((folder) => Array.fromAsync(folder.keys()))");
    const download = await stallDownload(1, 2);
    expect(await left()).toEqual(expect.arrayContaining(["Photos.zip"]));
    await page.keyboard.press("Escape");
    await expect.poll(marked).toEqual([]);
    await page.getByText("Downloading").waitFor();
    await page.getByRole("button", { name: "Cancel the download" }).click();
    await page.getByText("Downloading").waitFor({ state: "detached" });
    expect(await left()).toEqual([]);
    await page.unroute("**/photos/library/**");
    await check(1, 2);
    await download.click();
    await page.getByText("Nothing was downloaded.").first().waitFor();
    await expect.poll(left).toEqual([]);
    await page.keyboard.press("Escape");
  });

  it("stays in the app when Back is pressed while the viewer closes", async () => {
    const tab = await page.context().newPage();
    await tab.goto(`${laptop.url}/`);
    await tab.locator(`.tile-link[href="${hrefOf(3)}"]`).click();
    await tab.locator("dialog.viewer[open] .slide-image").first().waitFor();
    await tab.keyboard.press("Escape");
    await tab.evaluate("history.back()");
    await tab.waitForTimeout(1_000);
    expect(tab.url()).toBe(`${laptop.url}/`);
    expect(await tab.locator("dialog.viewer").count()).toBe(0);
    await tab.close();
  });

  it("did all that without an error on the console", () => {
    expect(problems).toEqual([]);
  });
});
