import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromePath, focusedLabel, launchBrowser, openPage } from "../support/browser.ts";
import { OWNER } from "../support/client.ts";
import { type Laptop, startLaptop } from "../support/laptop.ts";
import { photograph } from "../support/screenshot.ts";
import { seedLibrary } from "../support/seed.ts";

const WIDE = { width: 1440, height: 900 };

describe.skipIf(chromePath === undefined)("sharing by a link", () => {
  let root: string;
  let laptop: Laptop;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "tintype-sharing-"));
    const dataDir = join(root, "Tintype");
    await seedLibrary(dataDir, 30);
    const folder = join(dataDir, "photos/library/anna");
    await mkdir(folder, { recursive: true });
    for (let i = 0; i <= 30; i++) await writeFile(join(folder, `${i}.jpg`), "the bytes of a photo");
    [laptop, browser] = await Promise.all([startLaptop({ dataDir, bundled: true }), launchBrowser()]);
    ({ page } = await openPage(browser, { viewport: WIDE }));
    const data = { email: OWNER.email, password: OWNER.password };
    await page.request.post(`${laptop.url}/api/auth/sign-in/email`, { data, headers: { origin: laptop.url } });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
    await rm(root, { recursive: true, force: true });
  });

  it("gives the selected photos an address, which opens them for anybody until it is revoked", async () => {
    await page.goto(laptop.url);
    await page.locator(".tile").first().waitFor();
    await page.locator("body").press("Control+a");
    await page.getByRole("button", { name: "Share" }).click();
    const dialog = page.getByRole("dialog");
    await expect.poll(() => dialog.getByRole("heading").first().textContent()).toBe("Share 30 photos");
    expect(await dialog.getByLabel("Hide location and camera").isChecked()).toBe(true);
    await dialog.getByLabel("Let guests send photos").check();
    expect(await page.evaluate("((node) => node.scrollWidth === node.clientWidth)(document.querySelector('dialog[open]'))")).toBe(true);
    expect(await photograph(page, "share-dialog")).toEqual([]);
    await dialog.getByLabel("Let guests send photos").uncheck();
    await dialog.getByText("More").click();
    await dialog.getByLabel("A name in place of a random address").fill("summer");
    await dialog.getByRole("button", { name: "Make a link" }).click();
    await dialog.getByText("Use at least 8 characters.").waitFor();
    // What is refused is told at its field, which has the keyboard; Enter there tries again.
    expect(await focusedLabel(page)).toBe("Password");
    await page.keyboard.type("long enough");
    await dialog.getByLabel("A name in place of a random address").fill("su");
    await page.keyboard.press("Enter");
    await dialog.getByText("A name has 3 to 64 small letters").waitFor();
    expect(await focusedLabel(page)).toBe("A name in place of a random address");
    await dialog.getByLabel("A name in place of a random address").fill("");
    await dialog.getByLabel("Ask for a password").uncheck();
    await dialog.getByRole("button", { name: "Make a link" }).click();
    const address = dialog.getByLabel("Address of the link");
    await address.waitFor();
    const url = await address.inputValue();
    expect(url).toMatch(new RegExp(`^${laptop.url}/s/[\\w-]{43}$`, "u"));
    expect(await dialog.getByRole("img", { name: "QR code of the address" }).isVisible()).toBe(true);
    await dialog.getByText("works on this machine only").waitFor();
    expect(await photograph(page, "share-made")).toEqual([]);
    await dialog.getByRole("button", { name: "Done" }).click();

    const { page: guest } = await openPage(browser, { viewport: WIDE });
    const opened = await (await guest.request.get(`${url}/open`)).json();
    expect(opened).toMatchObject({ count: 30, hidesMetadata: true });

    await page.getByRole("link", { name: "Sharing" }).first().click();
    await page.getByText("30 photos", { exact: false }).first().waitFor();
    await expect.poll(() => page.getByText("1 view", { exact: false }).count()).toBe(1);
    expect(await photograph(page, "sharing")).toEqual([]);
    await page.getByRole("button", { name: "Change" }).click();
    await dialog.getByLabel("Title").fill("Two days in June");
    await dialog.getByLabel("Originals, not only large previews").uncheck();
    await dialog.getByLabel("Ask for a password").check();
    await dialog.getByLabel("Password", { exact: true }).fill("a password of it");
    expect(await photograph(page, "share-change")).toEqual([]);
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("Two days in June").waitFor();
    await page.getByText("previews only").waitFor();
    expect((await guest.request.get(`${url}/open`)).status()).toBe(401);
    await page.getByRole("button", { name: "Change" }).click();
    await dialog.getByLabel("Ask for a password").uncheck();
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(await (await guest.request.get(`${url}/open`)).json()).toMatchObject({ title: "Two days in June" });
    await page.getByRole("button", { name: "Revoke" }).click();
    expect(await photograph(page, "share-revoke")).toEqual([]);
    await dialog.getByRole("button", { name: "Revoke" }).click();
    await page.getByText("Revoked", { exact: true }).waitFor();
    expect((await guest.request.get(`${url}/open`)).status()).toBe(404);
  });

  it("gives one original an address for other programs, and lists it", async () => {
    await page.goto(laptop.url);
    // A place whose photo is not told of yet opens nothing.
    await page.locator(".tile-link[href]").first().click();
    await page.getByRole("button", { name: "Info" }).click();
    await page.getByRole("button", { name: "Get a direct link" }).click();
    const dialog = page.getByRole("dialog", { name: "Direct link" });
    await dialog.getByLabel("7 days").check();
    expect(await photograph(page, "direct-link")).toEqual([]);
    await dialog.getByRole("button", { name: "Make the link" }).click();
    const url = await dialog.getByLabel("Address of the link").inputValue();
    expect(new URL(url).searchParams.get("X-Amz-Expires")).toBe("604800");
    const answer = await page.request.get(url);
    expect(await answer.text()).toBe("the bytes of a photo");
    expect(answer.headers()["content-disposition"]).toMatch(/^attachment/u);
    await page.goto(`${laptop.url}/sharing`);
    await page.getByText("They cannot be revoked", { exact: false }).waitFor();
  });
});
