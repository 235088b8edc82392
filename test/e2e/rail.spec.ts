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

describe.skipIf(chromePath === undefined)("the foot of the rail", () => {
  let root: string;
  let laptop: Laptop;
  let browser: Browser;

  /** A page of somebody who is signed in, and how often it has asked for the month's cost. */
  const signIn = async (email: string): Promise<{ page: Page; times: () => number }> => {
    const { page } = await openPage(browser, { viewport: { width: 1440, height: 900 } });
    await page.request.post(`${laptop.url}/api/auth/sign-in/email`, {
      data: { email, password: OWNER.password },
      headers: { origin: laptop.url },
    });
    let times = 0;
    page.on("request", (request) => (times += new URL(request.url()).pathname === "/api/admin/cost/month" ? 1 : 0));
    return { page, times: () => times };
  };
  const foot = (page: Page) => page.locator(".shell-foot");
  const cost = (page: Page) => foot(page).getByText("this month");
  const visit = async (page: Page): Promise<void> => {
    await page.goto(`${laptop.url}/albums`);
    await foot(page).waitFor();
  };
  const choose = async (page: Page, label: string): Promise<void> => {
    await page.goto(`${laptop.url}/settings/storage`);
    await page.getByLabel("Whose prices").selectOption({ label });
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved.").waitFor();
  };

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "tintype-rail-"));
    const dataDir = join(root, "Tintype");
    await seedLibrary(dataDir, 60, { member: "Mia" });
    [laptop, browser] = await Promise.all([startLaptop({ dataDir, bundled: true }), launchBrowser()]);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
    await rm(root, { recursive: true, force: true });
  });

  it("tells the owner this month's cost where somebody is paid, and a page that is only open does not ask for it", async () => {
    const { page } = await signIn(OWNER.email);
    const answered = page.waitForResponse("**/api/admin/cost/month");
    await visit(page);
    expect(await (await answered).json()).toEqual({ month: null });
    expect(await foot(page).textContent()).toBe("240 MB in your storage");
    await choose(page, "Amazon Web Services");
    await cost(page).waitFor();
    const { page: open, times } = await signIn(OWNER.email);
    await open.clock.install();
    await visit(open);
    await cost(open).waitFor();
    expect(await foot(open).textContent()).toMatch(/in your storage(?:about |under )\$\d+\.\d\d this month$/u);
    await open.clock.fastForward("03:00:00");
    await open.clock.runFor(60_000);
    expect(times()).toBe(1);
    await open.getByRole("link", { name: "Sharing" }).click();
    await expect.poll(times).toBe(2);
    expect(await photograph(open, "rail-cost")).toEqual([]);
    await open.setViewportSize({ width: 900, height: 900 });
    expect(await photograph(open, "rail-cost-narrow", { phone: false })).toEqual([]);
    await choose(page, "As the storage’s address tells: Own hardware");
    await visit(page);
    await expect.poll(() => cost(page).count()).toBe(0);
  });

  it("tells a member nothing of it, and does not ask", async () => {
    const { page, times } = await signIn("mia@example.org");
    await page.goto(`${laptop.url}/albums`);
    await page.getByRole("heading", { level: 1, name: "Albums" }).waitFor();
    // Long enough for what comes when the page has nothing to do.
    await page.waitForTimeout(3_000);
    expect([times(), await cost(page).count()]).toEqual([0, 0]);
  });
});
