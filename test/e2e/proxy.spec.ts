import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page, Request } from "playwright-core";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { assetNamed, chromePath, dropFiles, launchBrowser, openPage } from "../support/browser.ts";
import { OWNER } from "../support/client.ts";
import { type Homelab, startHomelab } from "../support/homelab.ts";
import { freePort } from "../support/postgres.ts";
import type { Program } from "../support/program.ts";
import { APP_HOST, type Certificate, makeCertificate, PROXIES, STORE_HOST } from "../support/proxy.ts";
import { hasHomelab } from "../support/tools.ts";

const MB = 2 ** 20;

/** The same as in `upload/rules.ts`: a file of this size goes in parts. */
const IN_PARTS = 65 * MB;

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe.skipIf(chromePath === undefined || !hasHomelab).each(PROXIES)("behind $name, over https", ({ name, start }) => {
  let root: string;
  let homelab: Homelab;
  let certificate: Certificate;
  let browser: Browser;
  let page: Page;
  let problems: string[];
  let requests: Request[];
  let origin: string;
  let storeOrigin: string;
  let away: string;
  let program: Program | undefined;
  /** Caddy limits nothing unless it is told to. */
  const limiting = name === "nginx" ? [start] : [];
  const steps: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "tintype-proxy-"));
    const port = await freePort();
    [origin, storeOrigin] = [`https://${APP_HOST}:${port}`, `https://${STORE_HOST}:${port}`];
    away = `https://${STORE_HOST}:${await freePort()}`;
    certificate = makeCertificate(root);
    [homelab, browser] = await Promise.all([
      startHomelab({ page: origin }),
      launchBrowser([`--ignore-certificate-errors-spki-list=${certificate.pin}`]),
    ]);
    const proxy = await start({ port, app: homelab.url, store: homelab.store.options.endpoint, certificate });
    steps.push(proxy.stop);
  }, 120_000);
  afterEach(async () => {
    await page?.context().close();
    await program?.stop();
    program = undefined;
  });
  afterAll(async () => {
    await browser?.close();
    for (const step of steps) await step();
    await homelab?.stop();
    await rm(root, { recursive: true, force: true });
  });

  /** Tintype, and a browser that has never been there. */
  async function begin(env: Record<string, string>, allow?: RegExp): Promise<void> {
    program = await homelab.start({ TRUSTED_PROXIES: "127.0.0.0/8", ...env });
    ({ page, problems } = await openPage(browser, { viewport: { width: 1280, height: 800 }, ...(allow && { allow }) }));
    requests = [];
    page.on("request", (request) => requests.push(request));
  }

  /** A picture of this many bytes: a small one, and noise after its end, which belongs to the file. */
  async function picture(fileName: string, hue: string, size: number): Promise<{ path: string; bytes: Buffer }> {
    const image = await sharp({ create: { width: 640, height: 480, channels: 3, background: hue } })
      .jpeg()
      .toBuffer();
    const bytes = Buffer.concat([image, randomBytes(Math.max(8, size - image.length))]);
    const folder = join(root, "drop");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, fileName), bytes);
    return { path: join(folder, fileName), bytes };
  }

  /** As the owner, whose account is made where there is none yet. */
  async function signIn(at = origin): Promise<void> {
    const isNew = program?.token !== undefined;
    await page.goto(isNew ? `${at}/setup#token=${program?.token}` : at);
    if (isNew) await page.getByLabel("Your name").fill(OWNER.name);
    await page.getByLabel("E-mail").fill(OWNER.email);
    await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
    await page.getByRole("button", { name: isNew ? "Create the account" : "Sign in" }).click();
    await page.getByRole("main").waitFor();
  }

  const says = (text: string | RegExp) =>
    expect
      .poll(
        () =>
          page
            .locator(".tray h2")
            .textContent({ timeout: 1_000 })
            .catch(() => ""),
        { timeout: 90_000, interval: 250 },
      )
      .toMatch(text);
  const shown = (count: number) =>
    expect
      .poll(
        () =>
          page.evaluate<number>(
            `[...document.querySelectorAll(".tile-image.shown[src*='/derived/']")].filter((i) => i.naturalWidth > 0).length`,
          ),
        {
          timeout: 60_000,
        },
      )
      .toBe(count);
  const sent = (method: string, prefix: string) => requests.filter((each) => each.method() === method && each.url().startsWith(prefix));
  const puts = (prefix: string) => sent("PUT", prefix).filter((request) => !request.url().includes("/probe/"));
  const cookie = async () => (await page.context().cookies(origin)).find((each) => each.name === "tintype.store")?.value;

  async function savesOriginal(fileName: string, bytes: Uint8Array): Promise<void> {
    await page.goto(`${origin}/p/${await assetNamed(page, fileName)}`);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download original" }).first().click(),
    ]);
    expect(download.suggestedFilename()).toBe(fileName);
    expect(sha256(await readFile(await download.path()))).toBe(sha256(bytes));
  }

  it("photos go straight to a store with a host name of its own, in parts too, and come back byte for byte", async () => {
    await begin({ S3_PUBLIC_ENDPOINT: storeOrigin });
    await signIn();
    await page.getByRole("heading", { name: "Drop your photos here" }).waitFor();
    const [small, large] = [await picture("small.jpg", "teal", 200_000), await picture("large.jpg", "olive", IN_PARTS)];
    await dropFiles(page, [small.path, large.path], "main");
    await says("2 photos are safe");
    await shown(2);
    await savesOriginal("large.jpg", large.bytes);
    expect([puts(storeOrigin).length, sent("PUT", origin).length]).toEqual([6, 0]);
    await expect.poll(() => requests.filter((each) => each.url() === `${origin}/api/storage/check`).length).toBe(1);
    await expect.poll(() => sent("GET", `${storeOrigin}/photos/probe/`).length).toBe(2);
    expect([await cookie(), problems]).toEqual([undefined, []]);
  });

  it("a browser that does not reach the store gets everything through Tintype, what was there before as well", async () => {
    await begin({ S3_PUBLIC_ENDPOINT: away }, /ERR_CONNECTION_REFUSED/u);
    await signIn();
    await shown(2);
    expect(await cookie()).toBe("same-origin");
    const [small, large] = [await picture("second.jpg", "maroon", 200_000), await picture("second large.jpg", "navy", IN_PARTS)];
    await dropFiles(page, [small.path, large.path], "main");
    await says("2 photos are safe");
    await shown(4);
    expect([puts(away).length, puts(`${origin}/store/photos/`).length]).toEqual([0, 6]);
    await savesOriginal("second large.jpg", large.bytes);

    requests = [];
    await page.goto(origin);
    await shown(4);
    expect(requests.filter((each) => each.url().startsWith(away))).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("a browser whose store went away under its hands goes on through Tintype, and loses nothing", async () => {
    await begin({ S3_PUBLIC_ENDPOINT: storeOrigin }, /ERR_FAILED|ERR_CONNECTION/u);
    await signIn();
    await shown(4);
    await expect.poll(() => sent("GET", `${storeOrigin}/photos/probe/`).length).toBe(2);
    // The check is not repeated at once; a minute is too long for a test.
    await page.clock.install();
    await page.clock.fastForward(120_000);
    await page.route(`${storeOrigin}/**`, (route) => route.abort("connectionrefused"));
    const file = await picture("third.jpg", "purple", 300_000);
    await dropFiles(page, [file.path], "main");
    for (let at = 0; at < 60 && (await cookie()) === undefined; at++) await page.clock.fastForward(1_000);
    await page.clock.resume();
    await says("1 photo is safe");
    await shown(5);
    expect(puts(`${origin}/store/photos/`)).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  it.each(limiting)(
    "a proxy that limits bodies, as nginx does by itself, is named, and what it refused is sent once it is set right",
    async () => {
      const port = await freePort();
      const capped = `https://${APP_HOST}:${port}`;
      const options = { port, app: homelab.url, store: homelab.store.options.endpoint, certificate };
      const proxy = await start({ ...options, change: (text) => text.replaceAll("client_max_body_size 0;", "") });
      await begin({ S3_PUBLIC_ENDPOINT: away, PUBLIC_URL: capped }, /ERR_CONNECTION|status of 413/u);
      await signIn(capped);
      await expect.poll(async () => (await page.context().cookies(capped)).some((each) => each.name === "tintype.store")).toBe(true);
      const files = [
        await picture("fits.jpg", "gold", 500_000),
        await picture("fits not.jpg", "coral", 3 * MB),
        await picture("in parts.jpg", "khaki", IN_PARTS),
      ];
      await dropFiles(
        page,
        files.map(({ path }) => path),
        "main",
      );
      await says("1 photo is safe, 2 failed");
      await page.getByText(/^The proxy in front of Tintype takes no requests of this size\..*client_max_body_size/u).waitFor();

      await proxy.stop();
      steps.push((await start(options)).stop);
      await page.getByRole("button", { name: "Try all again" }).click();
      await says("3 photos are safe");
      expect(problems).toEqual([]);
    },
  );

  it.each(limiting)("a proxy that limits bodies in front of the store is suspected, since one byte gets through", async () => {
    const port = await freePort();
    const options = { port, app: homelab.url, store: homelab.store.options.endpoint, certificate };
    const proxy = await start({ ...options, change: (text) => text.replaceAll("client_max_body_size 0;", "") });
    // What is tried again while nothing listens there is refused in another way.
    await begin({ S3_PUBLIC_ENDPOINT: `https://${STORE_HOST}:${port}` }, /ERR_FAILED|ERR_CONNECTION|CORS policy/u);
    await signIn();
    await expect.poll(() => sent("GET", `https://${STORE_HOST}:${port}/photos/probe/`).length).toBe(2);
    const file = await picture("refused.jpg", "salmon", 3 * MB);
    await dropFiles(page, [file.path], "main");
    await page
      .getByText(/small requests get through: a proxy in front of the storage may limit their size/u)
      .first()
      .waitFor({ timeout: 60_000 });

    await proxy.stop();
    steps.push((await start(options)).stop);
    await says("1 photo is safe");
    expect([await cookie(), problems]).toEqual([undefined, []]);
  });
});
