import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromePath, launchBrowser, openPage } from "../support/browser.ts";
import { OWNER } from "../support/client.ts";
import { type Laptop, startLaptop } from "../support/laptop.ts";
import { photograph } from "../support/screenshot.ts";
import { seedLibrary } from "../support/seed.ts";

const WIDE = { width: 1440, height: 900 };
const PASSWORD = "correct horse battery";

describe.skipIf(chromePath === undefined)("a family's accounts", () => {
  let root: string;
  let laptop: Laptop;
  let browser: Browser;
  let owner: Page;
  let ben: Page;
  let url: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "tintype-family-"));
    const dataDir = join(root, "Tintype");
    await seedLibrary(dataDir, 20);
    [laptop, browser] = await Promise.all([startLaptop({ dataDir, bundled: true }), launchBrowser()]);
    // Passkeys are bound to a name: browsers take no address for one.
    url = laptop.url.replace("127.0.0.1", "localhost");
    ({ page: owner } = await openPage(browser, { viewport: WIDE }));
    const data = { email: OWNER.email, password: OWNER.password };
    await owner.request.post(`${url}/api/auth/sign-in/email`, { data, headers: { origin: url } });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
    await rm(root, { recursive: true, force: true });
  });

  /** Of three photos of the owner's, two in an album with Ben and the third behind a link that gives originals. */
  async function shareTwo(): Promise<{ ids: string[]; album: string; link: string }> {
    const send = async (path: string, data: object) => {
      const answer = await owner.request.post(`${url}/api${path}`, { data, headers: { origin: url } });
      expect([path, answer.ok()]).toEqual([path, true]);
      return answer.json();
    };
    await owner.goto(url);
    await owner.locator(".tile-link[href]").nth(2).waitFor();
    const hrefs = await Promise.all([0, 1, 2].map((i) => owner.locator(".tile-link[href]").nth(i).getAttribute("href")));
    const ids = hrefs.map((href) => href?.split("/").at(-1) ?? "");
    const { id: album } = await send("/albums", { title: "Summer" });
    await send(`/albums/${album}/add`, { ids: ids.slice(0, 2), ranges: [] });
    await send(`/albums/${album}/members`, { who: "ben@example.org", role: "viewer" });
    const { url: link } = await send("/links", { assetIds: ids.slice(2), title: "One more", hideMetadata: false });
    return { ids, album, link };
  }

  const heading = (page: Page, name: string) => page.getByRole("heading", { name }).waitFor();
  async function withAuthenticator(page: Page): Promise<void> {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    const options = {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    } as const;
    await devtools.send("WebAuthn.addVirtualAuthenticator", { options });
  }

  it("lead a guest from the owner's link to a library of their own, which is empty", async () => {
    await owner.goto(`${url}/settings/members`);
    await heading(owner, "Invite somebody");
    await owner.getByLabel("Name", { exact: true }).fill("Ben");
    await owner.getByRole("button", { name: "Make the link" }).click();
    const link = await owner.locator(".people-once code").textContent();
    expect(await owner.getByRole("img", { name: "QR code of the invitation" }).isVisible()).toBe(true);
    expect(await photograph(owner, "settings-members")).toEqual([]);

    // Who is here already is told so, and keeps their account unless they say otherwise.
    await owner.goto(link ?? "");
    await owner.reload();
    await owner.getByRole("heading", { name: "You are signed in already" }).waitFor();
    await owner.getByText(`As ${OWNER.name}`).waitFor();
    expect(await photograph(owner, "invite-signed-in")).toEqual([]);
    await owner.getByRole("button", { name: "Stay signed in" }).click();
    await owner.locator(".tile-image.shown").first().waitFor();

    const { page: guest } = await openPage(browser, { viewport: WIDE });
    await guest.goto(link ?? "");
    await guest.getByText(`${OWNER.name} invites you`).waitFor();
    expect(await photograph(guest, "invite")).toEqual([]);
    await guest.getByLabel("E-mail").fill("ben@example.org");
    await guest.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await guest.getByRole("button", { name: "Create the account" }).click();
    await guest.getByText("Drop your photos here").waitFor();
    expect(await guest.locator(".tile").count()).toBe(0);
    ben = guest;
  });

  it("lets them save what is shared with them, from an album and from a link, to that library", async () => {
    const { ids, album, link } = await shareTwo();
    await ben.goto(`${url}/albums/${album}`);
    await ben.locator(".tile-image.shown").first().waitFor();
    await ben.locator(".tile-link[href]").first().click();
    await ben.getByRole("button", { name: "Save to my library" }).click();
    await ben.locator(".toast", { hasText: "1 item saved to your library" }).getByRole("button", { name: "Undo" }).click();
    await ben.getByText("Undone").waitFor();
    await ben.goto(`${url}/albums/${album}`);
    await ben.locator(".tile-image.shown").first().waitFor();
    await ben.locator("body").press("Control+a");
    await ben.getByRole("button", { name: "Save to my library" }).click();
    await ben
      .getByText("in it already", { exact: false })
      .or(ben.getByText("2 photos saved", { exact: false }))
      .first()
      .waitFor();

    await ben.goto(link);
    await ben.getByRole("button", { name: "Save to my library" }).click();
    await ben.getByText("1 item saved to your library").waitFor();
    expect(await photograph(ben, "share-save")).toEqual([]);
    await ben.goto(url);
    await expect.poll(() => ben.locator(".tile-image.shown").count()).toBe(ids.length);
    await ben.context().close();
  });

  it("take a passkey in place of the password, and make a key that is shown once", async () => {
    await withAuthenticator(owner);
    await owner.goto(`${url}/settings/account`);
    await owner.getByRole("button", { name: "Add a passkey" }).click();
    const dialog = owner.getByRole("dialog", { name: "Is it you?" });
    await dialog.getByText("This opens Locked too, in this browser, for 15 minutes.").waitFor();
    expect(await photograph(owner, "settings-prove")).toEqual([]);
    await dialog.getByLabel("Password", { exact: true }).fill(OWNER.password);
    await dialog.getByRole("button", { name: "Continue" }).click();
    await owner.getByRole("button", { name: /^Remove /u }).waitFor();
    await owner.getByRole("button", { name: /^Rename /u }).click();
    const naming = owner.getByRole("dialog", { name: "Rename the passkey" });
    await naming.getByLabel("Name").fill("The old laptop");
    await naming.getByRole("button", { name: "Save" }).click();
    await owner.getByRole("button", { name: "Remove The old laptop" }).waitFor();
    expect(await photograph(owner, "settings-account-ways")).toEqual([]);

    await owner.goto(`${url}/settings/keys`);
    await owner.getByLabel("What it is for").fill("Backup");
    await owner.getByRole("checkbox", { name: "Add photos" }).check();
    await owner.getByRole("button", { name: "Make the key" }).click();
    expect(await owner.locator(".people-once code").textContent()).toMatch(/^tt_/u);
    expect(await photograph(owner, "settings-keys")).toEqual([]);

    await owner.goto(`${url}/settings/activity`);
    await owner.getByText("made the API key “Backup”").waitFor();
    expect(await photograph(owner, "settings-activity")).toEqual([]);

    await owner.request.post(`${url}/api/auth/sign-out`, { data: {}, headers: { origin: url } });
    await owner.goto(`${url}/login`);
    await owner.getByRole("button", { name: "Use a passkey" }).click();
    await owner.locator(".tile-image.shown").first().waitFor();
    await owner.goto(`${url}/locked`);
    await owner.getByRole("button", { name: "Unlock" }).click();
    await owner.getByRole("dialog").getByRole("button", { name: "Use a passkey" }).click();
    await owner.getByText("Nothing is locked").waitFor();
  });
});
