import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromePath, dropFiles, launchBrowser, openPage, signInPage, type WatchedPage } from "../support/browser.ts";
import { OWNER } from "../support/client.ts";
import { type Laptop, startLaptop } from "../support/laptop.ts";
import { photograph, takePicture } from "../support/screenshot.ts";
import { seedLibrary } from "../support/seed.ts";

const WIDE = { width: 1440, height: 900 };
const BEN = { name: "Ben", email: "ben@example.org", password: OWNER.password };

/** Two people, each with a library of their own, and an album in which they meet. One story: each test goes on where the one before ended. */
describe.skipIf(chromePath === undefined)("an album of two", () => {
  let root: string;
  let laptop: Laptop;
  let browser: Browser;
  let anna: WatchedPage;
  let ben: WatchedPage;
  let address: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "tintype-album-"));
    const dataDir = join(root, "Tintype");
    await seedLibrary(dataDir, 12, { member: BEN.name });
    [laptop, browser] = await Promise.all([startLaptop({ dataDir, bundled: true }), launchBrowser()]);
    [anna, ben] = await Promise.all([
      openPage(browser, { viewport: WIDE, allow: /members|400/u }),
      openPage(browser, { viewport: WIDE, allow: /404/u }),
    ]);
    await Promise.all([signInPage(anna.page, laptop.url), signInPage(ben.page, laptop.url, BEN)]);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
    await rm(root, { recursive: true, force: true });
  });

  const tiles = (page: Page) => page.locator(".tile-link[href*='/p/']");
  const order = (page: Page) => tiles(page).evaluateAll((links) => links.map((link) => String(Reflect.get(link, "href"))));
  const toast = (page: Page, text: string) => page.locator(".toast", { hasText: text }).waitFor();

  /** As when the window is looked at again. */
  const lookAgain = (page: Page) => page.evaluate("dispatchEvent(new Event('focus'))");

  /** Watches from now on how many pictures are taken away from the tiles that have one. */
  async function picturesLost(page: Page): Promise<() => Promise<number>> {
    await expect.poll(() => page.locator(".grid img[src]").count()).toBeGreaterThan(0);
    await page.evaluate(`
      globalThis.lost = 0;
      const watch = new MutationObserver((all) => (globalThis.lost += all.length));
      for (const img of document.querySelectorAll(".grid img[src]")) watch.observe(img, { attributeFilter: ["src"] });`);
    return () => page.evaluate<number>("globalThis.lost");
  }

  it("begins with a name, and takes what is selected among the photos", async () => {
    const { page } = anna;
    await page.goto(`${laptop.url}/albums`);
    await page.getByRole("button", { name: "New album" }).click();
    await page.getByLabel("Name").fill("Mongolia");
    await page.getByRole("button", { name: "Make album" }).click();
    await page.getByRole("heading", { level: 1, name: "Mongolia" }).waitFor({ state: "attached" });
    await page.getByText("No photos yet").waitFor();
    address = page.url();
    // What is said of an empty album lies over nothing that can be clicked.
    await page.getByRole("button", { name: "More of this album" }).click();
    await page.getByRole("menuitem", { name: /Delete/u }).waitFor();
    await page.keyboard.press("Escape");

    await page.getByRole("link", { name: "Photos", exact: true }).click();
    for (const at of [0, 1, 2, 3]) await page.locator(".tile-check").nth(at).click();
    await page.getByRole("button", { name: "Add to album" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Mongolia" }).click();
    await toast(page, "4 photos added to “Mongolia”.");
    await page.getByRole("button", { name: "Open" }).click();
    await expect.poll(() => tiles(page).count()).toBe(4);
    await page.getByText("4 photos").waitFor();
  });

  it("takes photos that are carried to the albums in the rail, and those of a folder that was chosen", async () => {
    const { page } = anna;
    await page.getByRole("link", { name: "Photos", exact: true }).click();
    for (const at of [0, 4]) await page.locator(".tile-check").nth(at).click();
    const [tile, rail] = [await tiles(page).first().boundingBox(), await page.getByRole("link", { name: "Albums" }).boundingBox()];
    await page.mouse.move(tile!.x + 80, tile!.y + 80);
    await page.mouse.down();
    await page.mouse.move(rail!.x + 60, rail!.y + 90, { steps: 4 });
    await page.mouse.move(rail!.x + 60, rail!.y + 20);
    await page.locator("[data-over]").waitFor();
    await takePicture(page, "album-lift");
    await page.mouse.up();
    await page.getByRole("dialog").getByRole("button", { name: "New album" }).click();
    await page.getByLabel("Name").fill("Carried");
    await page.getByRole("button", { name: "Make album" }).click();
    await toast(page, "2 photos added to “Carried”.");
    await expect.poll(() => page.locator(".selection").count()).toBe(0);

    const folder = join(root, "A day out");
    await mkdir(folder);
    const picture = sharp({ create: { width: 300, height: 200, channels: 3, background: "#963" } }).jpeg();
    await writeFile(join(folder, "one.jpg"), await picture.toBuffer());
    const chosen = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Upload" }).click();
    await page.getByRole("menuitem", { name: "A folder" }).click();
    await (await chosen).setFiles(folder);
    await page.getByText("Make an album of “A day out”?").waitFor();
    await page.getByRole("button", { name: "Make album" }).click();
    await toast(page, "“A day out” is an album now.");
    const caption = async () => {
      await page.goto(`${laptop.url}/albums`);
      return page.getByRole("link", { name: "A day out" }).textContent();
    };
    await expect.poll(caption, { timeout: 60_000 }).toContain("1 photo");
    await page.goto(address);
  });

  it("takes photos by a button of its own, and says of one that was here already where it is now", async () => {
    const { page } = anna;
    await page.goto(`${laptop.url}/albums`);
    await page.getByRole("link", { name: "Carried" }).click();
    await page.getByText("2 photos").waitFor();
    const chosen = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Add photos" }).click();
    await (await chosen).setFiles(join(root, "A day out", "one.jpg"));
    await page.getByText("1 photo was here already; added to “Carried”").first().waitFor();
    await page.getByText("3 photos").waitFor();
    expect(await photograph(page, "album-known")).toEqual([]);
    await page.goto(address);
  });

  it("is named, described and ordered where it stands, by mouse and by keyboard alike", async () => {
    const { page } = anna;
    await page.getByLabel("Title").fill("Mongolia\u0007, on horseback");
    await page.getByLabel("Title").press("Enter");
    await page.getByText("The title has characters that cannot be shown.").waitFor();
    expect(await page.getByLabel("Title").inputValue()).toBe("Mongolia\u0007, on horseback");
    await page.getByLabel("Description").fill("x".repeat(5_000));
    await page.getByText("5,000 of 5,000 characters. What goes beyond is left out.").waitFor();
    expect(await photograph(page, "album-wrong")).toEqual([]);
    await page.getByLabel("Description").press("Escape");
    await page.getByLabel("Title").fill("Mongolia, on horseback");
    await page.getByLabel("Title").press("Enter");
    await page.getByLabel("Description").fill("Two weeks in August");
    await page.getByLabel("Description").blur();
    await page.getByRole("button", { name: /^Order/u }).click();
    await page.getByRole("menuitemradio", { name: "By hand" }).click();
    await page.getByRole("button", { name: "Order: By hand" }).waitFor();
    const [a, b, c, d] = await order(page);
    await page.locator(".tile-check").first().click();
    await page.getByRole("button", { name: "Move to the right" }).click();
    await expect.poll(() => order(page)).toEqual([b, a, c, d]);
    await page.keyboard.press("Escape");
    const [from, to] = [await tiles(page).nth(3).boundingBox(), await tiles(page).nth(0).boundingBox()];
    await page.mouse.move(from!.x + 100, from!.y + 100);
    await page.mouse.down();
    await page.mouse.move(to!.x + 60, to!.y + 100, { steps: 5 });
    await page.mouse.move(to!.x + 20, to!.y + 100);
    await page.mouse.up();
    await expect.poll(() => order(page)).toEqual([d, b, a, c]);
    await page.reload();
    await expect.poll(() => order(page)).toEqual([d, b, a, c]);
    expect(await page.getByLabel("Title").inputValue()).toBe("Mongolia, on horseback");
    expect(await page.getByLabel("Description").inputValue()).toBe("Two weeks in August");
    expect(await photograph(page, "album")).toEqual([]);
  });

  it("is shared with somebody who adds what they drop on it, and each sees who added what", async () => {
    const { page } = anna;
    await page.getByRole("button", { name: "Share with people" }).click();
    await page.getByLabel("Person").fill("nobody");
    await page.getByRole("button", { name: "Share", exact: true }).click();
    await page.getByText("Nobody with an account here").waitFor();
    await page.getByLabel("Person").fill("");
    await page.getByRole("list", { name: "People here" }).getByRole("button", { name: "Ben" }).click();
    await page.getByRole("button", { name: "Share", exact: true }).click();
    await page.locator(".album-members li").filter({ hasText: "Ben" }).waitFor();
    expect(await photograph(page, "album-people")).toEqual([]);
    await page.getByRole("button", { name: "Done" }).click();
    await page.setViewportSize({ width: 390, height: 844 });
    const tops = ["Share with people", "Share by link", "More of this album"].map(
      async (name) => (await page.getByRole("button", { name }).boundingBox())?.y,
    );
    expect(new Set(await Promise.all(tops)).size).toBe(1);
    // A title that does not fit beside the sizes is not squeezed there.
    const title = await page.getByLabel("Title").boundingBox();
    const sizes = await page.getByRole("group", { name: "Size of the photos" }).boundingBox();
    expect(title!.width).toBeGreaterThan(340);
    expect(title!.y).toBeGreaterThanOrEqual(sizes!.y + sizes!.height);
    expect(await photograph(page, "album-shared", { phone: false })).toEqual([]);
    await page.setViewportSize(WIDE);

    await ben.page.goto(`${laptop.url}/albums`);
    await ben.page.getByRole("link", { name: /Mongolia.*Shared with you: 4 · Anna/u }).click();
    await expect.poll(() => tiles(ben.page).count()).toBe(4);
    expect(await ben.page.getByRole("button", { name: /^Order|Share with people/u }).count()).toBe(0);
    for (const [i, background] of ["#a33", "#3a3"].entries()) {
      const picture = sharp({ create: { width: 300, height: 200, channels: 3, background } }).jpeg();
      await writeFile(join(root, `ben-${i}.jpg`), await picture.toBuffer());
    }
    const lost = await picturesLost(ben.page);
    await dropFiles(ben.page, [join(root, "ben-0.jpg"), join(root, "ben-1.jpg")], "main");
    await expect.poll(() => tiles(ben.page).count(), { timeout: 30_000 }).toBe(6);
    expect(await lost()).toBe(0);
    await ben.page.getByText("6 photos").waitFor();

    await page.bringToFront();
    await lookAgain(page);
    await expect.poll(() => tiles(page).count()).toBe(6);
    await page.getByText("6 photos").waitFor();
    await tiles(page).last().click();
    await page.locator("dialog").getByRole("button", { name: "Info", exact: true }).click();
    await page.getByText("Added by Ben").waitFor();
    await page.getByRole("link", { name: "Mongolia, on horseback" }).waitFor();
    await page.goto(address);

    await expect.poll(() => tiles(page).count()).toBe(6);
    const before = await order(page);
    await page.locator(".tile-check").last().click();
    await page.getByRole("button", { name: "Take out of the album" }).click();
    await expect.poll(() => tiles(page).count()).toBe(5);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => order(page)).toEqual(before);
  });

  it("lets each do to photos what they may, and says whose the others are", async () => {
    const { page } = ben;
    const buttons = page.getByRole("group", { name: "Selected photos" }).getByRole("button");
    const names = () => buttons.evaluateAll((all) => all.map((button) => String(Reflect.get(button, "ariaLabel"))));
    await page.locator(".tile-check").first().click();
    await expect.poll(names).toEqual(["Clear the selection", "Save to my library", "Download"]);
    await page.locator(".tile-check").last().click();
    await page.getByRole("button", { name: "Favourite", exact: true }).click();
    await toast(page, "1 item added to favourites; the other one is Anna’s");
    await page.locator(".tile-check").first().click();
    await page.locator(".tile-check").last().click();
    await page.getByRole("button", { name: "Take out of the album" }).click();
    await toast(page, "1 photo taken out of “Mongolia, on horseback”. 1 photo that others added stays.");
    await page.getByText("5 photos").waitFor();
    await page.locator(".toast", { hasText: "taken out" }).getByRole("button", { name: "Undo" }).click();
    await page.getByText("6 photos").waitFor();
    await tiles(page).first().click();
    await page.locator("dialog").getByRole("button", { name: "Info", exact: true }).waitFor();
    expect(await page.locator(".viewer-act").count()).toBe(0);
    await page.keyboard.press("Escape");
  });

  it("is nothing any more to whom is put out, at once, and loses what they brought", async () => {
    const { page } = anna;
    await page.getByRole("button", { name: "Share with people" }).click();
    await page.getByRole("button", { name: /^Put Ben out/u }).click();
    await page.getByRole("button", { name: "Put out", exact: true }).click();
    await page.locator(".album-members li").filter({ hasText: "Ben" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Done" }).click();
    await expect.poll(() => tiles(page).count()).toBe(4);

    await lookAgain(ben.page);
    await ben.page.getByRole("heading", { level: 1, name: "This album is gone" }).waitFor();
    await ben.page.reload();
    await ben.page.getByRole("heading", { level: 1, name: "There is nothing at this address" }).waitFor();
    await ben.page.goto(`${laptop.url}/albums`);
    await ben.page.getByRole("button", { name: "New album" }).waitFor();
    expect(await ben.page.getByRole("link", { name: /Mongolia/u }).count()).toBe(0);
    await ben.page.goto(laptop.url);
    await expect.poll(() => tiles(ben.page).count()).toBe(2);
    await page.goto(`${laptop.url}/albums`);
    await page.getByRole("link", { name: /Mongolia/u }).waitFor();
    expect(await photograph(page, "albums")).toEqual([]);
  });

  it("nothing went wrong in either page", () => {
    expect([anna.problems, ben.problems]).toEqual([[], []]);
  });
});
