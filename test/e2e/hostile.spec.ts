import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromePath, launchBrowser, openPage, signInPage, type WatchedPage } from "../support/browser.ts";
import { type Client, createClient, OWNER, setUp } from "../support/client.ts";
import { HOSTILE } from "../support/hostile.ts";
import { type Laptop, startLaptop } from "../support/laptop.ts";
import { plainPicture } from "../support/picture.ts";

/** Those of the corpus that a browser might take for something else than words, in every field alike. */
const WORDS = ["script", "image", "quote", "svg", "closing", "address", "entity", "cdata", "template"] as const;
const TEXTS = WORDS.map((word) => HOSTILE[word]);
/** What fits where a name is short, and what does where it is not. */
const NAME = `${HOSTILE.image}${HOSTILE.svg}`;
const TITLE = `${HOSTILE.closing}${HOSTILE.image}${HOSTILE.svg}`;
const ALL = TEXTS.join(" ");
/** What only a text that was taken for markup brings into a page. */
const MARKUP = "[onerror], [onload], [onmouseover], [href^='javascript:' i], script:not([src]), b > i";

describe.skipIf(chromePath === undefined)("hostile words in every field, in a browser", () => {
  let root: string;
  let laptop: Laptop;
  let browser: Browser;
  let owner: Client;
  let anna: WatchedPage;
  const strange: string[] = [];
  let photo: { id: string; name: string };
  let albumId: string;
  let link: string;

  /** No script of theirs can run unnoticed, and nothing be asked for elsewhere. */
  async function watched(): Promise<WatchedPage> {
    const watching = await openPage(browser, { viewport: { width: 1280, height: 800 } });
    const { page } = watching;
    await page.addInitScript(
      `for (const name of ["alert", "confirm", "prompt"]) globalThis[name] = () => console.error(name + " was called")`,
    );
    page.on("dialog", (dialog) => {
      strange.push(dialog.message());
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      const { protocol, hostname, pathname } = new URL(request.url());
      const isOurs = protocol === "data:" || protocol === "blob:" || (hostname === "127.0.0.1" && !pathname.endsWith("/x"));
      if (!isOurs) strange.push(request.url());
    });
    return watching;
  }

  /** Each of the texts is read, sooner or later, as it was written; and none is anything but words. */
  async function reads(page: Page, texts: readonly string[]): Promise<void> {
    const missing = async (): Promise<string[]> => {
      const shown = await page.evaluate<string>(
        `[...document.querySelectorAll("input, textarea")].map(({ value }) => value).join("\\n") + document.body.innerText`,
      );
      return texts.filter((text) => !shown.includes(text));
    };
    await expect.poll(missing).toEqual([]);
    expect(await page.locator(MARKUP).count()).toBe(0);
  }

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "tintype-hostile-"));
    [laptop, browser] = await Promise.all([startLaptop({ dataDir: join(root, "Tintype"), bundled: true }), launchBrowser()]);
    owner = createClient(laptop.url, await setUp(laptop.url, laptop.token ?? ""));
    await owner.json("POST", "/api/account/unlock", { password: OWNER.password });
    await owner.call("PATCH", "/api/me", { name: NAME });
    const sent = await owner.upload({ name: `${NAME}.jpg`, bytes: await plainPicture(1) });
    const [{ assetId } = { assetId: null }] = await owner.settled(sent.status === "sent" ? [sent.uploadId] : []);
    photo = await owner.json("GET", `/api/assets/${assetId}`);
    for (const title of TEXTS) {
      await owner.json("POST", "/api/albums", { title });
      await owner.json("POST", "/api/links", { assetIds: [photo.id], title });
      await owner.json("POST", "/api/keys", { name: title, scopes: ["upload"] });
      await owner.json("POST", "/api/invites", { name: title });
    }
    const album = { title: TITLE, description: ALL, photos: { ids: [photo.id], ranges: [] } };
    ({ id: albumId } = await owner.json<{ id: string }>("POST", "/api/albums", album));
    ({ url: link } = await owner.json<{ url: string }>("POST", "/api/links", { albumId, allowUpload: true, hideMetadata: false }));
    await sendAsGuest(await plainPicture(200));
    anna = await watched();
    await signInPage(anna.page, laptop.url);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
    await rm(root, { recursive: true, force: true });
  });

  async function sendAsGuest(bytes: Buffer): Promise<void> {
    type Planned = { uploadId: string; request: { url: string; headers: Record<string, string> } };
    const post = async (path: string, body: unknown) =>
      fetch(`${link}/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: laptop.url },
        body: JSON.stringify(body),
      });
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const file = { name: `${NAME} too.jpg`, size: bytes.length, type: "image/jpeg", sha256, modifiedAt: "2026-11-22T10:00:00" };
    const planned = (await (await post("uploads", { files: [file], guestName: NAME })).json()) as { files: Planned[] };
    const [{ uploadId, request }] = planned.files as [Planned];
    await fetch(request.url, { method: "PUT", headers: request.headers, body: new Uint8Array(bytes) });
    await post(`uploads/${uploadId}/complete`, {});
    const held = async () => (await owner.json<{ photos: unknown[] }>("GET", `/api/albums/${albumId}/held`)).photos.length;
    while ((await held()) === 0) await setTimeout(200);
  }

  it("are words in what their owner sees of albums, links and what waits, in the viewer and in the settings", async () => {
    const { page } = anna;
    const go = async (path: string, texts: readonly string[]) => {
      await page.goto(laptop.url + path);
      await reads(page, texts);
    };
    await go("/albums", [...TEXTS, TITLE]);
    await go(`/albums/${albumId}`, [TITLE, ALL]);
    await go("/sharing", [...TEXTS, TITLE, NAME]);
    await go(`/albums/${albumId}/guests`, [TITLE]);
    await page.locator(".tile-link[href]").first().click();
    await page.getByRole("button", { name: "Info" }).click();
    await reads(page, [`Sent by ${NAME}`]);
    await page.goto(`${laptop.url}/p/${photo.id}`);
    await page.getByRole("button", { name: "Info" }).click();
    await reads(page, [photo.name, TITLE]);
    await go("/settings/keys", TEXTS);
    await go("/settings/members", [...TEXTS, NAME]);
    await go("/settings/activity", [...TEXTS, TITLE, NAME]);
    await go("/settings/account", [NAME]);
    expect([anna.problems, strange]).toEqual([[], []]);
  });

  it("are words on the page of a link, in the viewer there, and in what chats show of it", async () => {
    const { page, problems } = await watched();
    await page.goto(link);
    await reads(page, [TITLE, ALL, NAME]);
    const said = await page.evaluate<string[]>(
      `[document.title, ...[...document.querySelectorAll("meta[property^='og:']")].map(({ content }) => content)]`,
    );
    expect(said).toEqual(expect.arrayContaining([TITLE, ALL]));
    await page.locator(".tile-link[href]").first().click();
    await page.getByRole("button", { name: "Info" }).click();
    await reads(page, [photo.name]);
    expect([problems, strange]).toEqual([[], []]);
  });
});
