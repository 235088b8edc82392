import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromePath } from "../support/browser.ts";
import { OWNER } from "../support/client.ts";
import { photograph } from "../support/screenshot.ts";
import { openSeeded, type Seeded } from "../support/seeded.ts";

const PHOTOS = 400;
/** Most of these were never loaded: a window shows some thirty, and about two hundred are fetched around it. */
const MANY = 300;

describe.skipIf(chromePath === undefined)("favourites, archive, bin and the locked folder", () => {
  let seeded: Seeded;
  let page: Page;
  beforeAll(async () => {
    seeded = await openSeeded(PHOTOS, /the server responded with a status of 40[13]/u);
    ({ page } = seeded);
  }, 240_000);
  afterAll(() => seeded?.close());

  const open = async (place: string) => {
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: place, exact: true }).click();
    await page.locator(".grid-box").waitFor();
  };
  const shown = () => page.locator(".tile-image.shown").first().waitFor();
  const toast = (text: string | RegExp) => page.locator(".toast", { hasText: text }).first().waitFor();
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  const count = async (path: string) => {
    const bytes = await page.evaluate(async (url) => [...new Uint8Array(await (await fetch(url)).arrayBuffer()).slice(0, 12)], path);
    return new DataView(Uint8Array.from(bytes).buffer).getUint32(8, true);
  };
  const inPlace = (kind: string) => count(`/api/collections/${kind}/geometry`);
  /** Photos of the timeline, as the scroll box has them laid out. */
  const inTimeline = async () => {
    const me = await page.evaluate<number>(`(async () => {
      const bytes = new DataView(await (await fetch("/api/timeline/geometry")).arrayBuffer());
      let at = 12, total = 0;
      for (let left = bytes.getUint32(8, true); left > 0; left--) {
        const count = bytes.getUint32(at + 8, true), days = bytes.getUint32(at + 12, true);
        total += count;
        at += 16 + days * 5 + count;
      }
      return total;
    })()`);
    return me;
  };

  it("favourites with a key and with the bar: the heart is there at once, and undo takes it away", async () => {
    await page.goto(seeded.laptop.url);
    await shown();
    await page.locator(".tile-link").first().focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("f");
    await page.locator(".tile-heart").waitFor();
    await toast("1 item added to favourites");
    await page.keyboard.press("Control+a");
    expect(await page.locator(".selection-count").textContent()).toContain(`${PHOTOS} selected`);
    expect(await photograph(page, "selection-bar")).toEqual([]);
    await button("Favourite").click();
    // One is there already.
    await toast(`${PHOTOS - 1} items added to favourites`);
    await expect.poll(() => inPlace("favourites")).toBe(PHOTOS);
    await page
      .locator(".toast", { hasText: `${PHOTOS - 1} items` })
      .getByRole("button", { name: "Undo" })
      .click();
    await expect.poll(() => inPlace("favourites")).toBe(1);
    await expect.poll(() => page.locator(".tile-heart").count()).toBe(1);
    await open("Favourites");
    await shown();
    expect(await page.locator(".tile").count()).toBe(1);
    expect(await photograph(page, "favourites")).toEqual([]);
    await page.locator(".tile-link").first().focus();
    await page.keyboard.press("f");
    await page.getByText("No favourites yet").waitFor();
    expect(await photograph(page, "favourites-empty")).toEqual([]);
  });

  it("archives from the viewer, where the next photo follows, and takes out of the archive again", async () => {
    await open("Photos");
    await shown();
    await page.locator(".tile-link").first().click();
    await page.locator("dialog.viewer .slide").first().waitFor();
    const before = page.url();
    await page.keyboard.press("4");
    await toast("1 item rated 4 of 5");
    await button("Info").click();
    await page.getByRole("group", { name: "Rated 4 of 5" }).waitFor();
    await button("Rate 2 of 5").click();
    await toast("1 item rated 2 of 5");
    await page.getByRole("group", { name: "Rated 2 of 5" }).waitFor();
    expect(await photograph(page, "viewer-rating")).toEqual([]);
    await button("Remove the rating").click();
    await page.getByRole("group", { name: "Not rated" }).waitFor();
    await button("Close info").click();
    await page.keyboard.press("e");
    await toast("1 item archived");
    await expect.poll(() => page.url()).not.toBe(before);
    expect(await photograph(page, "viewer-actions")).toEqual([]);
    await page.keyboard.press("Escape");
    await expect.poll(inTimeline).toBe(PHOTOS - 1);
    await open("Archive");
    await shown();
    expect(await photograph(page, "archive")).toEqual([]);
    await page.locator(".tile-link").first().focus();
    await page.keyboard.press("e");
    await page.getByText("Nothing is archived").waitFor();
    await expect.poll(inTimeline).toBe(PHOTOS);
  });

  it("locks, asks who one is before it shows what is locked, and unlocks", async () => {
    await open("Photos");
    await shown();
    // It leaves before the timeline's months are packed anew: of what has changed nothing is heard meanwhile.
    let isHeld = true;
    await page.route("**/api/timeline/changes?*", async (route) => {
      await expect.poll(() => isHeld, { timeout: 60_000 }).toBe(false);
      await route.continue();
    });
    const href = await page.locator(".tile-link").nth(1).getAttribute("href");
    await page.locator(".tile-link").nth(1).focus();
    await page.keyboard.press("l");
    await toast("1 item locked");
    await expect.poll(() => page.locator(`.tile-link[href="${href}"]`).count()).toBe(0);
    await expect.poll(() => page.locator(".tile-image.shown").count()).toBeGreaterThan(8);
    isHeld = false;
    await expect.poll(inTimeline).toBe(PHOTOS - 1);
    await open("Locked");
    await page.getByText("Show that it is you to see what is locked.").waitFor();
    expect(await photograph(page, "locked")).toEqual([]);
    await button("Unlock").click();
    await page.getByLabel("Password", { exact: true }).fill("not the password");
    await page.getByRole("dialog").getByRole("button", { name: "Unlock" }).click();
    await page.locator(".field-error").waitFor();
    expect(await photograph(page, "unlock-wrong", { phone: false })).toEqual([]);
    await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
    await page.getByRole("dialog").getByRole("button", { name: "Unlock" }).click();
    await shown();
    expect(await photograph(page, "unlocked")).toEqual([]);
    await page.locator(".tile-link").first().focus();
    await page.keyboard.press("l");
    await page.getByText("Nothing is locked").waitFor();
    await expect.poll(inTimeline).toBe(PHOTOS);
  });

  it("bins hundreds that were never loaded, restores some, undoes, and empties the bin", async () => {
    await open("Photos");
    await shown();
    await page.locator(".tile-link").first().focus();
    await page.keyboard.press("x");
    // As by a key that is held down.
    await page.keyboard.down("Shift");
    for (let i = 0; i < MANY - 1; i++) await page.keyboard.down("ArrowRight");
    await page.keyboard.up("ArrowRight");
    await page.keyboard.up("Shift");
    expect(await page.locator(".selection-count").textContent()).toContain(`${MANY} selected`);
    await button("Move to bin").click();
    await toast(`${MANY} items moved to the bin`);
    await expect.poll(inTimeline).toBe(PHOTOS - MANY);
    await expect.poll(() => page.locator(".tile").count()).toBeGreaterThan(0);
    await page.keyboard.press("z");
    await toast("Undone");
    await expect.poll(inTimeline).toBe(PHOTOS);
    await expect
      .poll(async () => {
        await page.keyboard.press("Control+a");
        return page.locator(".selection-count").textContent();
      })
      .toContain(`${PHOTOS} selected`);
    await page.keyboard.press("Delete");
    await expect.poll(() => inPlace("bin")).toBe(PHOTOS);
    await open("Bin");
    await shown();
    expect(await photograph(page, "bin")).toEqual([]);
    await page.locator(".tile-link").first().click();
    await button("Info").click();
    await page.getByText("Deleted for good in 30 days").waitFor();
    expect(await photograph(page, "bin-viewer")).toEqual([]);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("dialog[open]").count()).toBe(0);
    await page.locator(".tile-link").first().focus();
    await page.keyboard.press("r");
    await toast("1 item restored");
    await expect.poll(() => inPlace("bin")).toBe(PHOTOS - 1);
    // The tiles may move up meanwhile, since one has left.
    const isAsked = async (): Promise<boolean> => {
      await page.locator(".tile-link").nth(1).focus();
      await page.keyboard.press("Delete");
      const dialog = page.locator("dialog[open]").waitFor({ timeout: 1_000 });
      return dialog.then(
        () => true,
        () => false,
      );
    };
    await expect.poll(isAsked).toBe(true);
    expect(await photograph(page, "bin-delete", { phone: false })).toEqual([]);
    await button("Delete for good").last().click();
    await toast("1 item deleted for good");
    await button("Empty the bin").first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Empty the bin" }).click();
    await page.getByText("The bin is empty").waitFor();
    expect(await inPlace("bin")).toBe(0);
    await open("Photos");
    await expect.poll(inTimeline).toBe(1);
  });

  it("lists its keys, and has the places of a phone behind More", async () => {
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    expect(await photograph(page, "keys", { phone: false })).toEqual([]);
    await page.keyboard.press("Escape");
    await page.setViewportSize({ width: 390, height: 844 });
    await button("More").click();
    expect(await photograph(page, "more", { phone: false })).toEqual([]);
    await page.getByRole("dialog").getByRole("link", { name: "Bin" }).click();
    await page.getByText("The bin is empty").waitFor();
    await page.setViewportSize({ width: 1440, height: 900 });
    expect(seeded.problems).toEqual([]);
  });
});
