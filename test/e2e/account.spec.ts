import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { axeViolations, chromePath, launchBrowser, openPage } from "../support/browser.ts";
import { OWNER } from "../support/client.ts";
import { type Laptop, startLaptop } from "../support/laptop.ts";

const PHOTO = "/p/019dd7a2-4f20-7000-8000-000000000000";

describe.skipIf(chromePath === undefined)("set-up and sign-in", () => {
  let root: string;
  let laptop: Laptop;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "tintype-account-"));
    [laptop, browser] = await Promise.all([startLaptop({ dataDir: join(root, "Tintype"), bundled: true }), launchBrowser()]);
  });
  beforeEach(async () => {
    ({ page } = await openPage(browser, { viewport: { width: 1440, height: 900 } }));
  });
  afterEach(async () => {
    await page.context().close();
  });
  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
    await rm(root, { recursive: true, force: true });
  });

  const heading = () => page.getByRole("heading", { level: 1 });
  const password = () => page.getByLabel("Password", { exact: true });
  const path = () => new URL(page.url()).pathname;
  const fillSetUp = async (): Promise<void> => {
    await page.getByLabel("Your name").fill(OWNER.name);
    await page.getByLabel("E-mail").fill(OWNER.email);
    await password().fill(OWNER.password);
    await page.getByRole("button", { name: "Create the account" }).click();
  };
  const fillSignIn = async (): Promise<void> => {
    await page.getByLabel("E-mail").fill(OWNER.email);
    await password().fill(OWNER.password);
    await page.getByRole("button", { name: "Sign in" }).click();
  };

  it("leads a fresh installation to its set-up from any address, and asks for the code when the link lacks it", async () => {
    await page.goto(laptop.url + PHOTO);
    await page.getByLabel("Set-up code").waitFor();
    expect(path()).toBe("/setup");
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Create the account" }).click();
    await page.getByText("Enter the set-up code.").waitFor();
    await page.getByText("Enter your name.").waitFor();
    expect(await page.evaluate("document.activeElement.name")).toBe("token");
    expect(await page.title()).toBe("Make it yours · Tintype");
  });

  it("says how much of the password is missing, shows it on request, and refuses a wrong code", async () => {
    await page.goto(`${laptop.url}/setup#token=wrong`);
    await password().fill("eleven char");
    await page.getByText("1 more character.").waitFor();
    await password().fill("passwordpassword");
    await page.getByText("the first to be tried").waitFor();
    await page.getByRole("button", { name: "Create the account" }).click();
    await page.locator(".field-error", { hasText: "the first to be tried" }).waitFor();
    await page.getByRole("button", { name: "Show the password" }).click();
    expect(await password().getAttribute("type")).toBe("text");
    await fillSetUp();
    await page.getByText("That set-up code is not right.").waitFor();
    expect(await page.evaluate("document.activeElement.name")).toBe("token");
    expect(await page.getByLabel("Your name").inputValue()).toBe(OWNER.name);
    expect(await axeViolations(page)).toEqual([]);
  });

  it("keeps the code of the link in a browser where somebody was signed in before", async () => {
    await page.goto(laptop.url);
    await page.evaluate(`localStorage.setItem("tintype.signed-in", "1")`);
    await page.goto("about:blank");
    await page.goto(`${laptop.url}/setup#token=${laptop.token}`);
    await heading().waitFor();
    expect(await page.getByLabel("Set-up code").count()).toBe(0);
  });

  it("leads to the sign-in when somebody else was faster", async () => {
    await page.goto(`${laptop.url}/setup#token=${laptop.token}`);
    await heading().waitFor();
    const data = { token: laptop.token, ...OWNER };
    const other = await browser.newContext();
    expect((await other.request.post(`${laptop.url}/api/setup`, { data, headers: { origin: laptop.url } })).status()).toBe(201);
    await other.close();
    await fillSetUp();
    await page.getByText("This Tintype has been set up already.").waitFor();
    await expect.poll(path).toBe("/login");
  });

  it("comes back to the address that asked for the sign-in", async () => {
    await page.goto(laptop.url + PHOTO);
    await expect.poll(path).toBe("/login");
    expect(await axeViolations(page)).toEqual([]);
    await fillSignIn();
    await expect.poll(path).toBe(PHOTO);
  });

  it.each(["//evil.example/x", "https://evil.example/", "/\\evil.example"])("never leads to another site: %s", async (to) => {
    await page.goto(`${laptop.url}/login?to=${encodeURIComponent(to)}`);
    await fillSignIn();
    await page.locator("main").waitFor();
    await expect.poll(() => page.url()).toBe(`${laptop.url}/`);
  });

  it("says how long to wait after too many tries", async () => {
    const problem = { code: "too_many", detail: "Too many tries." };
    await page.route("**/api/auth/sign-in/email", (route) =>
      route.fulfill({
        status: 429,
        headers: { "retry-after": "42", "content-type": "application/problem+json" },
        body: JSON.stringify(problem),
      }),
    );
    await page.goto(laptop.url);
    await fillSignIn();
    expect(await page.getByRole("alert").textContent()).toBe("Too many attempts. Try again in 42 seconds.");
    expect(await axeViolations(page)).toEqual([]);
  });

  it("says so when the server does not answer, and tries again on request", async () => {
    await page.route("**/api/**", (route) => route.abort());
    await page.goto(laptop.url);
    await page.getByRole("heading", { name: "Tintype is not answering" }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.unrouteAll();
    await page.getByRole("button", { name: "Try again" }).click();
    await expect.poll(() => heading().textContent()).toBe("Sign in");
  });

  it.each(["light", "dark"] as const)("paints a %s page from the first moment, whatever the theme was chosen to be", async (theme) => {
    await page.emulateMedia({ colorScheme: theme === "dark" ? "light" : "dark" });
    await page.addInitScript(`localStorage.setItem("tintype.theme", "${theme}")`);
    // The app itself never comes: what is painted is what the first script did.
    await page.route("**/assets/*.js", (route) => route.abort());
    await page.goto(laptop.url);
    expect(await page.evaluate("getComputedStyle(document.documentElement).backgroundColor")).toBe(
      theme === "dark" ? "rgb(16, 18, 20)" : "rgb(255, 255, 255)",
    );
  });
});
