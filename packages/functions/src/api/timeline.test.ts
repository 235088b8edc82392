import { decode, GEOMETRY_TYPE } from "@tintype/core/geometry";
import * as Timeline from "@tintype/core/timeline";
import { addMember, type Browser, jsonOf, setUpOwner, useApi } from "@tintype/test/api";
import { addShown } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { beforeAll, describe, expect, it } from "vitest";

const store = useStore();
const api = useApi(() => ({ store: store(), publicStore: () => ({ origin: "http://store.test", sign: store().sign }) }));
const NOV = 2026 * 12 + 10;
let owner: Browser;
let ownerId: string;

beforeAll(async () => {
  owner = await setUpOwner(api());
  ownerId = (await jsonOf(owner.get("/api/me"))).user.id;
});

async function add(localAt: string): Promise<string> {
  const id = await addShown(api().system, ownerId, localAt, { derivedVersion: 1 });
  await Timeline.refresh(api().system, ownerId);
  return id;
}

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

describe("the timeline over HTTP", () => {
  it("is binary geometry with the revision as its ETag, and 304 while nothing changes", async () => {
    await add("2026-11-01T10:00:00");
    const first = await owner.get("/api/timeline/geometry");
    expect(first.headers.get("content-type")).toBe(GEOMETRY_TYPE);
    expect(first.headers.get("cache-control")).toBe("private, no-cache");
    expect(decode(await bytesOf(first))).toMatchObject({ revision: 1, chunks: [{ month: NOV, count: 1 }] });
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^W\/"[0-9a-f-]{36}\.1"$/u);
    for (const value of [etag, etag.slice(2), `"0", ${etag}`]) {
      const again = await owner.get("/api/timeline/geometry", { "if-none-match": value });
      expect([again.status, (await bytesOf(again)).length]).toEqual([304, 0]);
    }
    await add("2026-11-02T10:00:00");
    const changed = await owner.get("/api/timeline/geometry", { "if-none-match": etag });
    expect([changed.status, changed.headers.get("etag")]).toEqual([200, etag.replace(".1", ".2")]);
  });

  it("is never another account's, though browser and revision are the same", async () => {
    const carla = await addMember(api(), "Carla");
    const head = () => Timeline.head({ ...api().system, actor: { kind: "user", userId: ownerId, role: "owner" } });
    for (let i = (await head()).revision; i > 0; i--) {
      await addShown(api().system, carla.id, "2001-01-01T10:00:00");
      await Timeline.refresh(api().system, carla.id);
    }
    const etag = (await owner.get("/api/timeline/geometry")).headers.get("etag") ?? "";
    const hers = await carla.browser.get("/api/timeline/geometry", { "if-none-match": etag });
    expect([hers.status, decode(await bytesOf(hers))]).toMatchObject([
      200,
      { revision: (await head()).revision, chunks: [{ month: 2001 * 12 }] },
    ]);
    const { epoch, revision } = await head();
    expect((await carla.browser.get(`/api/timeline/changes?since=${epoch}.${revision}`)).status).toBe(412);
    const known = await owner.get(`/api/timeline/changes?since=${epoch}.${revision}`);
    expect([known.status, known.headers.get("etag")]).toEqual([200, `W/"${epoch}.${revision}"`]);
  });

  it("is the same bytes gzipped, and each person's own", async () => {
    const plain = await bytesOf(await owner.get("/api/timeline/geometry"));
    const packed = await owner.get("/api/timeline/geometry", { "accept-encoding": "gzip, br" });
    expect(packed.headers.get("content-encoding")).toBe("gzip");
    expect(packed.headers.get("vary")).toBe("accept-encoding");
    const unpacked = new Response(packed.body?.pipeThrough(new DecompressionStream("gzip")));
    expect(await bytesOf(unpacked)).toEqual(plain);
    const { browser } = await addMember(api(), "Carl");
    expect(decode(await bytesOf(await browser.get("/api/timeline/geometry")))).toEqual({ revision: 0, chunks: [] });
  });

  it("brings changes since a revision, and asks who is ahead of us to start over", async () => {
    const whole = await owner.get("/api/timeline/geometry");
    const since = decode(await bytesOf(whole)).revision;
    const epoch = /"(.*)\./u.exec(whole.headers.get("etag") ?? "")?.[1];
    await add("2020-01-01T10:00:00");
    const patch = decode(await bytesOf(await owner.get(`/api/timeline/changes?since=${epoch}.${since}`)));
    expect(patch).toMatchObject({ revision: since + 1, chunks: [{ month: 2020 * 12, count: 1 }] });
    const ahead = await owner.get(`/api/timeline/changes?since=${epoch}.1000`);
    expect([ahead.status, await jsonOf(ahead)]).toMatchObject([412, { code: "stale" }]);
    for (const value of ["", "7", ".7", `${epoch}.`, `${epoch}.-1`, `${epoch}.99999999999`, "x.1"]) {
      expect((await owner.get(`/api/timeline/changes?since=${value}`)).status).toBe(400);
    }
    expect((await owner.get("/api/timeline/changes")).status).toBe(400);
  });

  it("gives items by ranges, with thumbnails at the store", async () => {
    const id = await add("2019-05-05T10:00:00");
    const place = await jsonOf(owner.get(`/api/timeline/locate?id=${id}`));
    expect(place).toMatchObject({ month: 2019 * 12 + 4, index: 0 });
    const range = `${place.month}:${place.revision}:0:1`;
    const items = await jsonOf(owner.get(`/api/timeline/items?ranges=${range},${NOV}:999:0:1`));
    expect(items).toMatchObject({
      month: [place.month, NOV],
      stale: [false, true],
      id: [id],
      localAt: ["2019-05-05T10:00:00"],
      flags: [0],
    });
    expect(items.thumb[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/photos\/derived\//u);
  });

  it.each([
    "",
    "x",
    "1:2:3",
    "1:2:3:3",
    "1:2:5:3",
    "1:2:-1:3",
    "1:2:0:251",
    "1:2:0:150,1:2:150:251",
    "1:2:0:1,",
    "1:2:0:1e3",
    "9999999:1:0:1",
  ])("refuses the ranges %j", async (ranges) => {
    const answer = await owner.get(`/api/timeline/items?ranges=${ranges}`);
    expect([answer.status, await jsonOf(answer)]).toMatchObject([400, { code: "invalid", field: "ranges" }]);
  });

  it("has nothing where no month can have so many items", async () => {
    const { chunks } = decode(await bytesOf(await owner.get("/api/timeline/geometry")));
    const answer = await owner.get(`/api/timeline/items?ranges=${chunks[0]!.month}:${chunks[0]!.revision}:200000000:200000001`);
    expect([answer.status, (await jsonOf(answer)).stale]).toEqual([200, [true]]);
  });

  it("takes 250 items in 250 ranges", async () => {
    const ranges = Array.from({ length: 250 }, (_, i) => `1:1:${i}:${i + 1}`).join(",");
    const answer = await owner.get(`/api/timeline/items?ranges=${ranges}`);
    expect((await jsonOf(answer)).stale).toHaveLength(250);
  });
});

describe("an asset over HTTP", () => {
  it("has its detail, a redirect to its download, and a place in a list of downloads", async () => {
    const id = await add("2018-05-05T10:00:00");
    await store().put(`library/x/${id}.jpg`, new Uint8Array(10), { type: "image/jpeg" });
    const detail = await jsonOf(owner.get(`/api/assets/${id}`));
    expect(detail).toMatchObject({ id, kind: "photo", urls: { thumb: expect.stringMatching(/\/thumb-1-[0-9a-f]{8}\.webp/u) } });
    const original = await owner.get(`/api/assets/${id}/original`);
    expect([original.status, original.headers.get("location")]).toEqual([302, detail.urls.download]);
    expect(await jsonOf(owner.send("POST", "/api/assets/downloads", { ids: [id] }))).toEqual({
      files: [{ id, name: "a.jpg", size: 10, localAt: "2018-05-05T10:00:00", url: detail.urls.download }],
      missing: [],
    });
    // A hand takes it away, and nobody has noticed yet.
    await store().remove([`library/x/${id}.jpg`]);
    const gone = await owner.get(`/api/assets/${id}/original`);
    expect([gone.status, await jsonOf(gone)]).toMatchObject([404, { code: "not_found", detail: "The original is no longer in storage." }]);
  });

  it("has no original to save while that is not in the store", async () => {
    const id = await addShown(api().system, ownerId, "2018-05-06T10:00:00", { missing: true });
    expect((await jsonOf(owner.get(`/api/assets/${id}`))).urls.download).toBeNull();
    const original = await owner.get(`/api/assets/${id}/original`);
    expect([original.status, await jsonOf(original)]).toMatchObject([404, { code: "not_found" }]);
    const downloads = await jsonOf(owner.send("POST", "/api/assets/downloads", { ids: [id] }));
    expect(downloads).toEqual({ files: [], missing: [{ id, name: "a.jpg" }] });
  });

  it("tells everything that a camera says, as its document has it", async () => {
    const exif = { make: "Fujifilm", iso: 400, exposureSeconds: 0.01, keywords: ["sea"], codec: "hevc", partial: true };
    const id = await addShown(api().system, ownerId, "2018-05-07T10:00:00", { exif, provenance: { localAt: "DateTimeOriginal" } });
    expect((await jsonOf(owner.get(`/api/assets/${id}`))).exif).toEqual(exif);
  });

  it("is asked for at most 250 at once", async () => {
    const ids = Array.from({ length: 251 }, () => crypto.randomUUID());
    expect((await owner.send("POST", "/api/assets/downloads", { ids })).status).toBe(400);
  });
});
