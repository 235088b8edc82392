import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromePath, dropFiles, launchBrowser, openPage, signInPage } from "../support/browser.ts";
import { OWNER } from "../support/client.ts";
import { type Gate, startGate } from "../support/gate.ts";
import { type Homelab, startHomelab } from "../support/homelab.ts";
import { freePort } from "../support/postgres.ts";
import type { Program } from "../support/program.ts";
import { photograph } from "../support/screenshot.ts";
import { hasHomelab } from "../support/tools.ts";

/** The doctor with a browser's half: real MinIO, real Postgres, and faults as a homelab has them. */
describe.skipIf(chromePath === undefined || !hasHomelab)("the doctor's page", () => {
  let homelab: Homelab;
  let gate: Gate;
  let program: Program;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [homelab, browser] = await Promise.all([startHomelab(), launchBrowser()]);
    gate = await startGate(Number(new URL(homelab.store.options.endpoint).port));
    program = await homelab.start();
    ({ page } = await openPage(browser, { viewport: { width: 1440, height: 900 }, permissions: ["clipboard-read", "clipboard-write"] }));
    await page.request.post(`${program.url}/api/setup`, { data: { token: program.token, ...OWNER }, headers: { origin: program.url } });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await program?.stop();
    await gate?.close();
    await homelab?.stop();
  });

  const again = () => page.getByRole("button", { name: "Examine again" }).click();
  const says = (title: string) => page.getByRole("heading", { level: 2, name: title }).waitFor({ timeout: 60_000 });
  /** A page may go to no other store than the one that it came with. */
  const loadAgain = async (): Promise<void> => {
    await says("This page is older than the settings");
    await page.getByRole("button", { name: "Load it again" }).click();
  };
  const codes = () => page.evaluate<string[]>("[...document.querySelectorAll('[data-code]')].map((each) => each.dataset.code)");
  /** How the checks ended in whose names this is. */
  const ended = (name: string) =>
    page.evaluate<string[]>(`[...document.querySelectorAll(".doctor-checks li")]
      .filter((each) => each.textContent.includes("${name}")).map((each) => each.dataset.is)`);
  const way = async () => (await page.context().cookies(program.url)).find(({ name }) => name === "tintype.store")?.value;

  it("is reached from the storage page, tells what it does meanwhile, and that all is well", async () => {
    let isSeen = (): void => undefined;
    const seen = new Promise<void>((resolve) => (isSeen = resolve));
    await page.route("**/api/admin/doctor", (route) => void seen.then(() => route.continue()));
    await page.goto(`${program.url}/settings/storage`);
    await page.getByRole("link", { name: "Ask the doctor" }).click();
    await page.getByText("This may take half a minute.").waitFor();
    expect(await photograph(page, "doctor-examining", { phone: false, themes: ["light"] })).toEqual([]);
    isSeen();
    await says("All is well");
    await page.unroute("**/api/admin/doctor");
    expect(await codes()).toEqual([]);
    expect(await ended("This browser")).toEqual(["ok", "ok"]);
    expect(await page.locator(".doctor-checks li").count()).toBeGreaterThan(8);
    expect(await photograph(page, "doctor-well")).toEqual([]);
  });

  it("names a browser that alone does not reach the store", async () => {
    await page.route(`${homelab.store.options.endpoint}/**`, (route) => route.abort("connectionrefused"));
    await again();
    await says("One thing is wrong");
    expect(await codes()).toEqual(["browser-blocked"]);
    await page.unroute(`${homelab.store.options.endpoint}/**`);
  });

  it("names a store that browsers do not reach; once that is mended, this browser goes straight to it again", async () => {
    const away = `http://127.0.0.1:${await freePort()}`;
    await program.stop();
    program = await homelab.start({ S3_PUBLIC_ENDPOINT: away });
    await again();
    await loadAgain();
    await says("One thing is wrong");
    expect(await codes()).toEqual(["store-away"]);
    expect([await ended("This browser, straight"), await ended("This browser, through")]).toEqual([["failed"], ["ok"]]);
    expect(await way()).toBe("same-origin");
    expect(await page.getByText(`${away}, listing`).isVisible()).toBe(false);
    await page.getByText("What was seen").click();
    expect(await page.getByText(`${away}, listing`).isVisible()).toBe(true);

    await program.stop();
    await again();
    await page.locator(".settings-alert", { hasText: "Tintype cannot be reached" }).waitFor();
    expect(await photograph(page, "doctor-no-answer", { phone: false })).toEqual([]);
    program = await homelab.start({ S3_ENDPOINT: `http://127.0.0.1:${gate.port}` });
    await again();
    await loadAgain();
    await says("All is well");
    expect(await way()).toBeUndefined();
  });

  it("is reached from where it is said that the storage is away, and says why", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tintype-doctor-"));
    const path = join(folder, "a.jpg");
    await writeFile(path, randomBytes(1_000));
    await page.goto(program.url);
    gate.shut();
    await dropFiles(page, [path], "main");
    await page.locator(".tray-actions").getByRole("link", { name: "Find out why" }).waitFor({ timeout: 60_000 });
    const link = page.locator(".bar", { hasText: "The storage cannot be reached." }).getByRole("link", { name: "Find out why" });
    await link.waitFor({ timeout: 60_000 });
    expect(await photograph(page, "doctor-links", { phone: false })).toEqual([]);
    await link.click();
    await says("One thing is wrong");
    expect(await codes()).toEqual(["store-away"]);
    expect(await ended("This browser")).toEqual(["unknown", "unknown"]);
    expect(await page.getByRole("link", { name: "Find out why" }).count()).toBe(0);
    gate.open();
    await rm(folder, { recursive: true, force: true });
  });

  it("names a store that does not let this page in, and gives the line that mends it, on a phone too", async () => {
    const origin = program.url.replace("127.0.0.1", "localhost");
    await program.stop();
    program = await homelab.start({ PUBLIC_URL: origin });
    await signInPage(page, origin);
    await page.goto(`${origin}/settings/storage/doctor`);
    await says("One thing is wrong");
    expect(await codes()).toEqual(["cors"]);
    expect([await ended("This browser, straight"), await ended("This browser, through")]).toEqual([["failed"], ["ok"]]);
    await page.getByRole("button", { name: "Copy the lines" }).click();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(`MINIO_API_CORS_ALLOW_ORIGIN=${origin}`);
    expect(await photograph(page, "doctor-cors")).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    const overflow = "document.querySelector('.settings').scrollWidth - document.querySelector('.settings').clientWidth";
    expect(await page.evaluate(overflow)).toBe(0);
    await page.getByRole("link", { name: "Storage" }).click();
    await page.getByRole("heading", { level: 1, name: "Storage" }).waitFor();
  });
});
