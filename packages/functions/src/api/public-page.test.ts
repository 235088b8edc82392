import { album } from "@tintype/core/album/table";
import { newId } from "@tintype/core/kernel";
import { jsonOf, ORIGIN } from "@tintype/test/api";
import { addSecretPhoto, ask, askAll, page, type SharedWorld, useLinks } from "@tintype/test/link";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";

const api = useLinks();

let world: SharedWorld;
let photo: string;
const system = () => api().system;

beforeAll(async () => {
  ({ world } = api());
  photo = await addSecretPhoto(system(), world.anna.id);
});

describe("the page of a link", () => {
  const XSS = [
    '0;url=https://evil.example" http-equiv="refresh',
    "</title><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg/onload=alert(1)>' onmouseover='alert(1)",
    "$& $1 $` $' ]]><script>",
    "‮gpj.exe\u0008",
  ];

  it.each(XSS)("and its feeds hold anybody's words as words (CVE-2026-40096): %s", async (text) => {
    const named = await addSecretPhoto(system(), world.anna.id, { name: text, description: text });
    const guest = await world.share([named], { hideMetadata: false }, text);
    await api().db.update(album).set({ description: text }).where(eq(album.title, text));
    const html = await (await page(guest)).text();
    const tags = [...html.matchAll(/<([a-z!/]+)[^>]*>/gu)].map(([, name]) => name);
    const clean = await world.share([photo], {}, "Mongolia");
    const expected = [...(await (await page(clean)).text()).matchAll(/<([a-z!/]+)[^>]*>/gu)].map(([, name]) => name);
    expect(tags).toEqual(expected);
    expect(html).not.toMatch(/http-equiv="|onerror=alert\(1\)>|<script>|\u{202E}/u);
    const xml = await (await guest.get(`/s/${guest.token}/feed.xml`)).text();
    expect(xml.match(/<item>/gu)).toHaveLength(1);
    expect(xml).not.toMatch(/<(?:script|img|svg)|\p{Cf}/u);
    const feed = await guest.get(`/s/${guest.token}/feed.json`);
    expect(feed.headers.get("content-type")).toBe("application/feed+json; charset=utf-8");
    expect((await jsonOf(feed)).title).toBe(text);
    const saved = (await jsonOf(ask(guest, ["POST", "downloads", { ids: [named] }]))).files[0].url;
    expect((await fetch(saved)).headers.get("content-disposition")).toMatch(
      /^attachment; filename="[^"\r\n]*"; filename\*=UTF-8''[\w.%~!$&+^`|-]+$/u,
    );
  });

  it("is for no search engine, tells nobody where one came from, and is framed by whom its owner named alone", async () => {
    const guest = await world.share([photo], { frameOrigins: ["https://blog.example", "http://10.0.0.5:8080"] });
    const answer = await page(guest);
    expect(answer.headers.get("x-robots-tag")).toContain("noindex");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("content-security-policy")).toMatch(/frame-ancestors https:\/\/blog\.example http:\/\/10\.0\.0\.5:8080$/u);
    expect(await answer.text()).toContain('<meta name="robots" content="noindex');
    const closed = await world.share([photo]);
    expect((await page(closed)).headers.get("content-security-policy")).toMatch(/frame-ancestors 'none'$/u);
    for (const one of await askAll(closed, photo)) {
      expect(one.headers.get("x-robots-tag")).toContain("noindex");
      expect(one.headers.get("content-security-policy")).toMatch(/frame-ancestors 'none'$/u);
    }
  });

  it("tells a chat of it what it shows, with a picture that stays valid, and none of a link with a password", async () => {
    const guest = await world.share([photo]);
    const html = await (await page(guest)).text();
    expect(html).toContain(`<meta property="og:image" content="${ORIGIN}/s/${guest.token}/og.jpg">`);
    expect(html).toContain('<meta property="og:title" content="Mongolia">');
    const image = await guest.get(`/s/${guest.token}/og.jpg`);
    expect([image.status, image.headers.get("cache-control")]).toEqual([302, "no-store"]);
    expect(image.headers.get("location")).toContain(`/derived/${photo}/preview`);
  });

  it("is there for one of its photos too, and nothing else under its address is a page", async () => {
    const guest = await world.share([photo]);
    expect((await guest.get(`/s/${guest.token}/p/${newId()}`)).status).toBe(200);
    for (const path of [`/s/${guest.token}/nothing`, "/s", "/s/", `/s/${guest.token}/../../api/me`]) {
      expect([path, await (await guest.get(path)).text()]).toEqual([path, expect.not.stringContaining("<html>")]);
    }
  });
});
