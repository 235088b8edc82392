import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Browser, Page, Route } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { axeViolations, chromePath, dropFiles, launchBrowser, openPage } from "../support/browser.ts";
import { OWNER } from "../support/client.ts";
import { corpus, hasCorpus } from "../support/corpus.ts";
import { type Laptop, startLaptop } from "../support/laptop.ts";
import { photograph } from "../support/screenshot.ts";

const MB = 1_000_000;

/** What goes wrong between a browser and its store, each made to happen to the real app. */
describe.skipIf(chromePath === undefined)("the uploader", () => {
  let root: string;
  let laptop: Laptop;
  let browser: Browser;
  let page: Page;
  let folder: string;
  let made = 0;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "tintype-upload-"));
    [laptop, browser] = await Promise.all([startLaptop({ dataDir: join(root, "Tintype"), bundled: true }), launchBrowser()]);
    ({ page } = await openPage(browser, { viewport: { width: 1440, height: 900 } }));
    await page.request.post(`${laptop.url}/api/setup`, { data: { token: laptop.token, ...OWNER }, headers: { origin: laptop.url } });
  });
  beforeEach(async () => {
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await page.goto(laptop.url);
    await page.waitForSelector("main");
    folder = join(root, `drop-${made++}`);
    await mkdir(folder);
  });
  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
    await rm(root, { recursive: true, force: true });
  });

  const title = () => page.locator(".tray h2");
  const says = (text: string | RegExp) => expect.poll(() => title().textContent(), { timeout: 60_000, interval: 200 }).toMatch(text);
  const file = (name: string, bytes: Uint8Array = randomBytes(5_000)) => writeFile(join(folder, name), bytes);

  /** Answers the PUTs for which `act` gives a way; the others go to the store. */
  const onPut = (act: (nth: number) => ((route: Route) => Promise<void>) | undefined) => {
    let nth = 0;
    return page.route(/\/photos\/library\//u, (route) => {
      const answer = route.request().method() === "PUT" ? act(nth++) : undefined;
      return answer ? answer(route) : route.continue();
    });
  };
  const refuse =
    (status: number, code: string, headers: Record<string, string> = {}) =>
    (route: Route) =>
      route.fulfill({
        status,
        headers: { "access-control-allow-origin": "*", "access-control-expose-headers": "retry-after", ...headers },
        body: `<Error><Code>${code}</Code></Error>`,
      });

  /** The sha256 of every original in the data folder. */
  async function kept(): Promise<string[]> {
    const entries = await readdir(join(root, "Tintype", "photos", "library"), { recursive: true, withFileTypes: true });
    return Promise.all(entries.filter((entry) => entry.isFile()).map((entry) => sha256Of(join(entry.parentPath, entry.name))));
  }

  it("gives an empty library its invitation back when what was dropped is stopped or refused", async () => {
    const invitation = page.getByRole("heading", { name: "Drop your photos here" });
    await file("wrong.jpg");
    await onPut(() => () => new Promise(() => undefined));
    await dropFiles(page, [folder], "main");
    await invitation.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Stop the upload" }).click();
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await invitation.waitFor();
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await onPut(() => (route) => page.waitForTimeout(1_000).then(() => refuse(400, "InvalidRequest")(route)));
    await dropFiles(page, [folder], "main");
    await invitation.waitFor({ state: "detached" });
    await says("1 file failed");
    await expect.poll(() => invitation.isVisible()).toBe(true);
  });

  it("lets the size of the photos be chosen while the very first are on their way", async () => {
    await file("first.png", await picture(200));
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    await onPut(() => (route) => gate.then(() => route.continue()));
    await dropFiles(page, [folder], "main");
    const tile = page.locator(".tile[data-pending]");
    await tile.locator("img[src^='blob:']").waitFor();
    const height = async () => (await tile.boundingBox())?.height ?? 0;
    const medium = await height();
    await page.getByRole("group", { name: "Size of the photos" }).getByRole("button", { name: "Small" }).click();
    await expect.poll(height).toBeLessThan(medium);
    await page.getByRole("button", { name: "Medium" }).click();
    open();
    await says("1 photo is safe");
  });

  it.each([
    ["the signature expired", refuse(403, "AccessDenied")],
    ["the store is busy and names a time", refuse(503, "SlowDown", { "retry-after": "1" })],
    ["the connection breaks", (route: Route) => route.abort("connectionreset")],
    ["the bytes arrive damaged", refuse(400, "BadDigest")],
  ])("tries again when %s, and ends as safe", async (_, fault) => {
    for (const i of [1, 2, 3, 4]) await file(`${i}.jpg`);
    await onPut((nth) => (nth < 2 ? fault : undefined));
    await dropFiles(page, [folder], "main");
    await says("4 photos are safe");
    for (const name of await readdir(folder)) expect(await kept()).toContain(await sha256Of(join(folder, name)));
  });

  it("waits when the disk is full, says so, and goes on when there is room", async () => {
    await file("a.jpg");
    await onPut((nth) => (nth === 0 ? refuse(507, "InsufficientStorage") : undefined));
    await dropFiles(page, [folder], "main");
    await says("The storage is full");
    expect(await photograph(page, "upload-full")).toEqual([]);
    await page.getByRole("button", { name: "Continue" }).click();
    await says("1 photo is safe");
  });

  it("asks to sign in when the session is over, keeps the queue, and goes on where it was", async () => {
    for (const i of [1, 2, 3]) await file(`${i}.jpg`);
    await onPut((nth) =>
      nth === 0
        ? (route) =>
            page
              .context()
              .clearCookies()
              .then(() => route.continue())
        : undefined,
    );
    await dropFiles(page, [folder], "main");
    await page.getByText("The upload waits here").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByLabel("E-mail").fill(OWNER.email);
    await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await says("3 photos are safe");
  });

  it("sends the present content of a file that changed while it was being uploaded", async () => {
    await file("changing.jpg", randomBytes(2 * MB));
    const after = randomBytes(MB);
    await onPut((nth) => (nth === 0 ? (route) => file("changing.jpg", after).then(() => route.abort("connectionreset")) : undefined));
    await dropFiles(page, [folder], "main");
    await says("1 photo is safe");
    expect(await kept()).toContain(createHash("sha256").update(after).digest("hex"));
  });

  it("sends a large file in parts, and a part that fails alone is sent again", async () => {
    await file("large.mov", randomBytes(70 * MB));
    let parts = 0;
    await onPut((nth) => {
      parts++;
      return nth === 1 ? refuse(500, "InternalError") : undefined;
    });
    await dropFiles(page, [folder], "main");
    await says("1 file is safe");
    expect(parts).toBe(6);
    expect(await kept()).toContain(await sha256Of(join(folder, "large.mov")));
  });

  it("pauses, goes on, and stops with a question that says what is kept", async () => {
    for (const i of [1, 2, 3]) await file(`${i}.jpg`);
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    await onPut(() => (route) => gate.then(() => route.continue()));
    await dropFiles(page, [folder], "main");
    await says("of 3");
    await page.getByRole("button", { name: "Pause" }).click();
    await says("Paused at 0 of 3");
    expect(await photograph(page, "upload-paused")).toEqual([]);
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("button", { name: "Stop the upload" }).click();
    await page.getByRole("dialog", { name: "Stop the upload?" }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await expect.poll(() => page.locator(".tray").count()).toBe(0);
    open();
  });

  it("skips what systems leave behind, fails empty files with a reason, and takes each content once", async () => {
    const bytes = randomBytes(9_000);
    await mkdir(join(folder, "more"));
    await Promise.all([file("a.jpg", bytes), file("b.jpg", bytes), file("empty.jpg", Buffer.alloc(0))]);
    await Promise.all([file(".DS_Store"), file("Thumbs.db"), file("more/ü – 日本 🦊.jpg")]);
    await dropFiles(page, [folder], "main");
    await says("2 photos are safe, 1 failed");
    expect(await page.locator(".tray-sub").textContent()).toBe(
      "1 file was already there. Hidden files were left out: .DS_Store. Files that only your system needs were left out: Thumbs.db.",
    );
    await page.getByText("The file is empty").waitFor();
    await expect.poll(() => page.locator(".tray [role=status]").textContent()).toContain("2 photos are safe, 1 failed");
    expect(await photograph(page, "upload-problems")).toEqual([]);
  });

  it("knows pictures in another folder, shows them while it looks, and asks for no preview that is gone", async () => {
    for (let i = 0; i < 30; i++) await file(`${i}.png`, await picture(i));
    await file("0.xmp", Buffer.from('<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>'));
    const copy = join(root, "the same again");
    await cp(folder, copy, { recursive: true });
    const errors: string[] = [];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await dropFiles(page, [folder], "main");
    await says("31 files are safe");
    // The answer takes its time, so that the pictures are on show before it says that they are there.
    await page.route("**/api/uploads", (route) => setTimeout(700).then(() => route.continue()));
    await dropFiles(page, [copy], "main");
    await page.locator(".tray-row img").first().waitFor();
    await says("All 31 files were already there");
    await page.waitForTimeout(1_500);
    expect(errors).toEqual([]);
    expect(await page.locator(".tray-sub").textContent()).toBe(
      "Nothing was sent. 1 sidecar file, such as XMP, is kept with your photos but not shown.",
    );
  });

  it.skipIf(!hasCorpus)("is not held up by a file on which the local peek hangs", async () => {
    await copyFile(corpus("hostile/exifr-hang.heic"), join(folder, "hang.heic"));
    for (const i of [1, 2, 3]) await file(`${i}.jpg`);
    await dropFiles(page, [folder], "main");
    await says("4 photos are safe");
    expect(await kept()).toContain(await sha256Of(join(folder, "hang.heic")));
  });

  it("tints the whole window while files are dragged over it, and only then", async () => {
    await file("a.jpg");
    const session = await page.context().newCDPSession(page);
    const data = { items: [], files: [join(folder, "a.jpg")], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver"] as const) await session.send("Input.dispatchDragEvent", { type, x: 300, y: 300, data });
    await page.getByText("Drop to upload").waitFor();
    expect(await photograph(page, "upload-drag")).toEqual([]);
    await page.mouse.move(500, 500);
    await expect.poll(() => page.getByText("Drop to upload").count()).toBe(0);
  });
});

/** A picture of its own for every number. */
function picture(i: number): Promise<Buffer> {
  const background = { r: (i * 37) % 256, g: (i * 91) % 256, b: i };
  return sharp({ create: { width: 1_200, height: 900, channels: 3, background } })
    .png()
    .toBuffer();
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
