import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { photograph } from "./screenshot.ts";

/** The owner looks at what waits, takes one of it in the viewer, and then the rest. */
export async function reviewGuests(mine: Page, title: string, look: typeof photograph): Promise<void> {
  const waiting = mine.getByText("2 photos from guests wait");
  const counted = async () => {
    // What is not read yet is not counted.
    await mine.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    return waiting.count();
  };
  await expect.poll(counted, { timeout: 60_000, interval: 1_000 }).toBe(1);
  expect(await look(mine, "album-guests")).toEqual([]);
  await mine.getByRole("link", { name: "Sharing" }).first().click();
  await mine.getByText(`2 photos from Grandma wait for “${title}”`).waitFor();
  expect(await look(mine, "sharing-held")).toEqual([]);
  await mine.getByRole("link", { name: "Review" }).click();
  const tiles = mine.locator(".tile-link[href]");
  await expect.poll(() => tiles.count()).toBe(2);
  await mine.locator(".tile-image.shown").nth(1).waitFor();
  expect(await look(mine, "guests")).toEqual([]);
  await tiles.first().click();
  await mine.getByRole("button", { name: "Info" }).click();
  await mine.getByText("Sent by Grandma").waitFor();
  await mine.keyboard.press("a");
  // The message lies over the photo, where a click reaches it.
  const told = mine.getByRole("status").filter({ hasText: "1 item accepted" });
  await told.getByRole("button", { name: "Undo" }).click();
  await mine.getByText("1 item waits again").waitFor();
  await mine.keyboard.press("Escape");
  await expect.poll(() => mine.locator("dialog[open]").count()).toBe(0);
  await expect.poll(() => tiles.count()).toBe(2);
  await mine.getByRole("button", { name: "Decline all" }).click();
  await mine.getByText("Nothing waits any more").waitFor();
  await mine.keyboard.press("Control+z");
  await mine.getByText("2 items wait again").waitFor();
  await expect.poll(() => tiles.count()).toBe(2);
  await tiles.first().click();
  await mine.keyboard.press("a");
  await mine.getByText("1 item accepted").last().waitFor();
  await mine.keyboard.press("Escape");
  await expect.poll(() => mine.locator("dialog[open]").count()).toBe(0);
  await mine.getByRole("button", { name: "Accept all" }).click();
  await mine.getByText("Nothing waits any more").waitFor();
  await mine.getByRole("link", { name: "Sharing" }).first().click();
}

/** On the page of a link, a message lies over the photo that is looked at, where a click reaches it. */
export async function reachMessage(page: Page): Promise<void> {
  await page.locator(".tile-link[href]").first().click();
  await page.getByRole("button", { name: "Next", exact: true }).waitFor();
  await page.route("**/downloads", (route) => route.fulfill({ status: 404, json: { code: "not_found" } }), { times: 1 });
  await page.keyboard.press("d");
  await page.getByRole("button", { name: "Close this message" }).click();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.locator("dialog[open]").count()).toBe(0);
}
