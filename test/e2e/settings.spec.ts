import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { chromePath, focusedLabel, launchBrowser, openPage } from "../support/browser.ts";
import { OWNER } from "../support/client.ts";
import { type Laptop, startLaptop } from "../support/laptop.ts";
import { photograph } from "../support/screenshot.ts";
import { seedLibrary } from "../support/seed.ts";

const BROKEN = "The store answered with other bytes than it was asked for.";
const PHONE = { width: 390, height: 844 };
const WIDE = { width: 1440, height: 900 };

describe.skipIf(chromePath === undefined)("the settings", () => {
  let root: string;
  let dataDir: string;
  let laptop: Laptop;
  let browser: Browser;
  let page: Page;

  const signIn = async (email: string): Promise<Page> => {
    const { page: signedIn } = await openPage(browser, { viewport: WIDE });
    const data = { email, password: OWNER.password };
    await signedIn.request.post(`${laptop.url}/api/auth/sign-in/email`, { data, headers: { origin: laptop.url } });
    return signedIn;
  };

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "tintype-settings-"));
    dataDir = join(root, "Tintype");
    const keys = Array.from({ length: 60 }, (_, i) => ({ key: `library/anna/2026/11/IMG_${2000 + i}~0123456${i % 10}.jpg` }));
    const givenUp = [
      { kind: "sweep", payloads: [{}], reason: "The store does not answer as it should (ECONNREFUSED)." },
      { kind: "ingest", payloads: keys, reason: BROKEN },
    ];
    await seedLibrary(dataDir, 60, { member: "Mia", givenUp });
    await mkdir(inbox("phone/DCIM"), { recursive: true });
    for (const name of ["phone/DCIM/IMG_0042.HEIC", "Holiday in the mountains.jpg"]) await writeFile(inbox(name), "");
    [laptop, browser] = await Promise.all([startLaptop({ dataDir, bundled: true }), launchBrowser()]);
    page = await signIn(OWNER.email);
  }, 180_000);
  beforeEach(async () => {
    await page.setViewportSize(WIDE);
    await page.unrouteAll({ behavior: "ignoreErrors" });
  });
  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
    await rm(root, { recursive: true, force: true });
  });

  const inbox = (name: string) => join(dataDir, "photos/inbox/anna-klein", name);
  const path = () => new URL(page.url()).pathname;
  const heading = (name: string) => page.getByRole("heading", { level: 1, name });
  const open = async (name: string, title: string): Promise<void> => {
    await page.goto(`${laptop.url}/settings/${name}`);
    await heading(title).waitFor();
  };
  const givenUp = () => page.locator(".settings-group", { has: given() }).locator(".jobs-row");
  const given = () => page.getByRole("heading", { level: 2, name: /^Given up/u });
  const focused = () => page.evaluate<string>("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent");

  it("are reached from the rail and from the account menu, and say who is signed in", async () => {
    await page.goto(laptop.url);
    await page.getByRole("link", { name: "Settings" }).click();
    await heading("Settings").waitFor();
    await page.getByRole("link", { name: "Photos", exact: true }).click();
    await page.getByRole("button", { name: "Your account" }).click();
    await page.getByRole("menuitem", { name: "Settings" }).click();
    expect(path()).toBe("/settings");
    await page.getByRole("link", { name: /^Account/u }).click();
    await heading("Account").waitFor();
    expect(await page.locator(".settings-page").textContent()).toContain(OWNER.email);
    await page.getByRole("radio", { name: "Dark" }).check();
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    await page.getByRole("radio", { name: "System" }).check();
    expect(await photograph(page, "settings-account")).toEqual([]);
  });

  it("are a list, then a page, on a phone", async () => {
    await page.setViewportSize(PHONE);
    await page.goto(`${laptop.url}/settings`);
    await heading("Settings").waitFor();
    expect(await photograph(page, "settings-list", { phone: false })).toEqual([]);
    expect(await page.getByRole("heading", { name: "Account" }).isVisible()).toBe(false);
    await page.getByRole("link", { name: /^Jobs/u }).click();
    await heading("Jobs").waitFor();
    expect(await page.getByRole("navigation", { name: "Settings" }).isVisible()).toBe(false);
    await page.getByRole("link", { name: "All settings" }).click();
    await heading("Settings").waitFor();
  });

  it("are where the owner is led to from a message that files could not be read", async () => {
    await page.goto(laptop.url);
    const bar = page.locator(".bar", { hasText: "60 files could not be read." });
    await bar.waitFor();
    expect(await photograph(page, "bar-files")).toEqual([]);
    await bar.getByRole("link", { name: "See why" }).click();
    await heading("Jobs").waitFor();
    expect(await bar.count()).toBe(0);
    await page.getByRole("link", { name: "Photos", exact: true }).click();
    await bar.getByRole("button", { name: "Close this message" }).click();
    expect(await bar.count()).toBe(0);
  });

  it("say what is refused at its field, keep what was typed there, and send a form once for two clicks", async () => {
    await open("account", "Account");
    await page.getByLabel("Your name").fill("Anna\u0007");
    await page.getByRole("button", { name: "Save the name" }).click();
    await page.getByText("Must not contain control characters.").waitFor();
    expect(await focusedLabel(page)).toBe("Your name");
    expect(await page.getByLabel("Your name").inputValue()).toBe("Anna\u0007");
    await open("members", "Members");
    await page.getByRole("button", { name: `Quota of ${OWNER.name}` }).click();
    await page.getByLabel("Most that they may have, in GB").last().fill("99999999999");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Must be at most 9,000,000 GB.").waitFor();
    expect(await focusedLabel(page)).toBe("Most that they may have, in GB");
    expect(await page.getByRole("meter", { name: "Quota used" }).count()).toBe(0);
    await page.getByLabel("Most that they may have, in GB").last().fill("0");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("nothing more is taken in until there is room").first().waitFor();
    await page.getByRole("button", { name: `Quota of ${OWNER.name}` }).click();
    await page.getByLabel("Most that they may have, in GB").last().fill("1");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText(`${OWNER.name} may have 1 GB.`).waitFor();
    await page.reload();
    await page.getByRole("meter", { name: "Quota used" }).waitFor();
    expect(await photograph(page, "settings-quota", { phone: false })).toEqual([]);
    // Nobody is invited to a library that takes nothing in by mistake.
    await page.getByLabel("Name", { exact: true }).fill("Cleo");
    await page.getByLabel("Most that they may have, in GB").fill("0");
    await page.getByRole("button", { name: "Make the link" }).click();
    await page.getByText("With 0 GB they can see what is shared with them, and upload nothing.").waitFor();
    expect(await photograph(page, "settings-invite-nothing")).toEqual([]);
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    expect(await page.getByRole("img", { name: "QR code of the invitation" }).count()).toBe(0);
    await page.getByLabel("Most that they may have, in GB").fill("1.000");
    await page.getByRole("button", { name: "Make the link" }).click();
    await page.getByText("Can be read in two ways: write 1000 or 1.").waitFor();
    await page.getByLabel("Most that they may have, in GB").fill("");
    await page.getByRole("button", { name: "Make the link" }).dblclick();
    await page.getByRole("img", { name: "QR code of the invitation" }).waitFor();
    await expect.poll(() => page.getByRole("button", { name: "Take back: Cleo" }).count()).toBe(1);
  });

  it("tell what the storage costs at the prices that are chosen, and that work waits once the budget is spent", async () => {
    await open("storage", "Storage");
    await page.getByText("there is nobody to pay").waitFor();
    const field = page.getByLabel("Budget for a month");
    const save = () => page.getByRole("button", { name: "Save", exact: true }).click();
    expect(await field.count()).toBe(0);
    await page.getByLabel("Whose prices").selectOption({ label: "Amazon Web Services" });
    await field.fill("lots");
    await save();
    await page.getByText("Must be a number of dollars, such as 12 or 0.5.").waitFor();
    expect(await photograph(page, "settings-cost-refused")).toEqual([]);
    await field.fill("0,5");
    await save();
    await expect.poll(() => field.inputValue()).toBe("0.50");
    // The sum outlives prices of nobody's.
    await page.getByLabel("Whose prices").selectOption({ label: "As the storage’s address tells: Own hardware" });
    await save();
    await page.getByText("Your budget of $0.50 is kept").waitFor();
    await page.reload();
    await page.getByLabel("Whose prices").selectOption({ label: "Amazon Web Services" });
    expect(await field.inputValue()).toBe("0.50");
    await field.fill("0");
    await save();
    const said = page.getByRole("status").filter({ hasText: "The budget is 0. Copies without metadata for links wait until" });
    await said.waitFor();
    const box = await said.boundingBox();
    expect(box!.y + box!.height).toBeLessThanOrEqual(WIDE.height);
    expect(await photograph(page, "settings-cost-spent")).toEqual([]);
    expect(await page.getByRole("row", { name: /^Storage/u }).textContent()).toContain("a month");
    await page.getByText("What was counted this month").click();
    expect(await photograph(page, "settings-cost")).toEqual([]);
    await open("jobs", "Jobs");
    await page.getByText("The budget is 0.").waitFor();
    expect(await page.getByText("Nothing is waiting.").count()).toBe(0);
    expect(await photograph(page, "settings-jobs-paused")).toEqual([]);
    await page.getByRole("link", { name: "See the budget" }).click();
    await field.fill("");
    await save();
    await expect.poll(() => page.getByText("The budget is 0.").count()).toBe(0);
  });

  it("tell the owner what was given up and why, fifty at a time", async () => {
    await open("jobs", "Jobs");
    await page.getByText("Nothing is waiting.").waitFor();
    expect(await given().textContent()).toBe("Given up (61)");
    expect(await givenUp().count()).toBe(50);
    const first = givenUp().first();
    expect(await first.textContent()).toContain("IMG_2059.jpg");
    expect(await first.textContent()).toContain(BROKEN);
    expect(await photograph(page, "settings-jobs")).toEqual([]);
    await page.getByRole("button", { name: "Show more" }).click();
    await expect.poll(() => givenUp().count()).toBe(61);
  });

  it("discard with a way back, and for good once that is over", async () => {
    await open("jobs", "Jobs");
    await page.getByRole("button", { name: "Discard IMG_2059.jpg" }).click();
    expect(await given().textContent()).toBe("Given up (60)");
    expect(await focused()).toBe("Discard IMG_2058.jpg");
    await page.getByRole("button", { name: "Undo" }).click();
    expect(await given().textContent()).toBe("Given up (61)");
    await page.getByRole("button", { name: "Discard IMG_2059.jpg" }).click();
    await page.reload();
    await expect.poll(() => given().textContent()).toBe("Given up (60)");
    expect(await page.getByText("IMG_2059.jpg").count()).toBe(0);
  });

  it("try one again, and all", async () => {
    await open("jobs", "Jobs");
    await page.getByRole("button", { name: "Retry IMG_2058.jpg" }).click();
    await page.getByText("Trying IMG_2058.jpg again.").waitFor();
    await expect.poll(() => given().textContent()).toBe("Given up (59)");
    await page.getByRole("button", { name: "Retry all" }).click();
    await page.getByText("Trying 59 jobs again.").waitFor();
    await page.getByText("Nothing. What fails again and again").waitFor({ timeout: 60_000 });
    expect(await photograph(page, "settings-jobs-none")).toEqual([]);
  });

  it("tell the owner which files in the inbox were not taken and why, until they are taken or removed", async () => {
    await open("jobs", "Jobs");
    const rows = page.locator(".settings-group", { hasText: "Not taken from the inbox" }).locator("li");
    await expect.poll(() => rows.count(), { timeout: 30_000 }).toBe(2);
    const heic = rows.filter({ hasText: "IMG_0042.HEIC" });
    expect(await heic.textContent()).toContain("This file is empty (0 bytes).");
    expect(await heic.textContent()).toContain("inbox/anna-klein/phone/DCIM/IMG_0042.HEIC");
    expect(await photograph(page, "settings-inbox")).toEqual([]);
    await page.goto(laptop.url);
    await page.locator(".bar", { hasText: "2 files in the inbox cannot be taken in." }).getByRole("link", { name: "See why" }).click();
    await heading("Jobs").waitFor();
    const colour = { width: 80, height: 60, channels: 3 as const, background: "#336699" };
    // What was changed while nobody looked is found at the next start.
    await laptop.stop();
    await writeFile(inbox("Holiday in the mountains.jpg"), await sharp({ create: colour }).jpeg().toBuffer());
    await rm(inbox("phone/DCIM/IMG_0042.HEIC"));
    laptop = await startLaptop({ dataDir, bundled: true });
    await open("jobs", "Jobs");
    await expect.poll(() => rows.count(), { timeout: 30_000 }).toBe(0);
    await page.getByText("Nothing is waiting.").waitFor({ timeout: 30_000 });
  });

  it("tell the owner where the photos are, and look through all of them when asked", async () => {
    await open("storage", "Storage");
    const facts = page.locator(".settings-facts").first();
    await facts.waitFor();
    expect(await facts.textContent()).toContain(join(dataDir, "photos"));
    // The one that was taken from the inbox may still be on its way.
    const told = async (): Promise<string | null> => {
      await page.reload();
      return facts.textContent();
    };
    await expect.poll(told, { timeout: 30_000, interval: 1_000 }).toContain("61 files, 240 MB");
    await page.getByRole("button", { name: "Look through everything now · about 1 request" }).click();
    await page.getByText("Last looked through just now.").waitFor({ timeout: 60_000 });
    expect(await page.getByRole("button", { name: "Check again" }).count()).toBe(0);
    expect(await page.getByRole("link", { name: "Ask the doctor" }).count()).toBe(0);
    await open("storage/doctor", "Doctor");
    await page.getByText("there is nothing in between to examine").waitFor();
  });

  it("show a member only what is theirs", async () => {
    const mia = await signIn("mia@example.org");
    await mia.goto(`${laptop.url}/settings`);
    await mia.getByRole("link", { name: /^Account/u }).waitFor();
    expect(await mia.locator(".bar").count()).toBe(0);
    expect(await mia.getByRole("link", { name: /^Jobs/u }).count()).toBe(0);
    for (const at of ["jobs", "storage/doctor"]) {
      await mia.goto(`${laptop.url}/settings/${at}`);
      await mia.getByRole("heading", { name: "There is nothing at this address" }).waitFor();
    }
    await mia.context().close();
  });
});
