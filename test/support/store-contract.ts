import { createHash, randomBytes } from "node:crypto";
import { isReadable, type ObjectStore } from "@tintype/core/storage";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { S3Options } from "../../packages/functions/src/adapters/store-s3-client.ts";
import { expectCode } from "./code.ts";
import { KEYS } from "./stores.ts";

/** What an adapter makes of a place; `close` ends its connections. */
export type Opened = { store: ObjectStore; close: () => void };

/** `options` are those of a store that runs and is empty. */
type Contract = { options: () => S3Options; open: (options: S3Options) => Opened; pins: boolean };

const MIB = 2 ** 20;
const text = new TextEncoder();

/** What every adapter of the ObjectStore keeps to, on every store: all that the edge needs of one, which is the least that anything does. */
export function keepsContract({ options, open, pins }: Contract): void {
  let store: ObjectStore;
  let end: () => void;
  beforeAll(() => {
    ({ store, close: end } = open(options()));
  });
  afterAll(() => end());

  const put = (key: string, body: string) => store.put(key, text.encode(body), { type: "image/jpeg" });
  const read = async (...given: Parameters<ObjectStore["get"]>): Promise<string> => new Response(await store.get(...given)).text();

  it.each(KEYS)("keeps bytes, size, type and etag of %s", async (key) => {
    const { etag } = await put(`keys/${key}`, key);
    expect(await read(`keys/${key}`)).toBe(key);
    expect(await store.head(`keys/${key}`)).toMatchObject({ key: `keys/${key}`, size: text.encode(key).length, etag, type: "image/jpeg" });
    const { objects } = await store.list(`keys/${key}`);
    expect(objects).toMatchObject([{ key: `keys/${key}`, etag }]);
    const signed = await fetch(store.sign.get({ key: `keys/${key}` }));
    expect([signed.status, await signed.text()]).toEqual([200, key]);
  });

  it("tells a missing key from everything else", async () => {
    await expectCode(store.head("no/such"), "not_found");
    await expectCode(store.get("no/such"), "not_found");
    const elsewhere = open({ ...options(), bucket: "no-such-bucket" });
    await expectCode(elsewhere.store.put("a", Uint8Array.of(1), { type: "text/plain" }), "storage_unavailable");
    const stranger = open({ ...options(), secretAccessKey: "wrong-secret-key-of-32-characters!" });
    await expectCode(stranger.store.put("a", Uint8Array.of(1), { type: "text/plain" }), "storage_unavailable");
    for (const { close } of [elsewhere, stranger]) close();
  });

  it("reads ranges, and pins a read to an etag", async () => {
    const { etag } = await put("range", "0123456789");
    expect(await read("range", { start: 2, end: 4 })).toBe("234");
    expect(await read("range", { start: 7 })).toBe("789");
    expect(await read("range", { end: 1 })).toBe("01");
    expect(await read("range", { etag })).toBe("0123456789");
    await put("range", "changed");
    await expectCode(store.get("range", { etag }), "stale");
    await expectCode(store.get("range", { start: 100 }), "invalid");
    expect(await read("range", { start: 0, end: 0, size: 7 })).toBe("c");
    await expectCode(store.get("range", { start: 0, end: 0, size: 8 }), "stale");
    await expectCode(store.get("range", { start: 7, end: 7, size: 8 }), "stale");
  });

  it("does not take an original that was written over for one that is safe", async () => {
    const version = { key: "safe.jpg", size: 5, ...(await put("safe.jpg", "whole")) };
    expect(await isReadable(store, version)).toBe(true);
    await put("safe.jpg", "other");
    expect(await isReadable(store, version)).toBe(false);
  });

  it("overwrites", async () => {
    await put("twice", "first");
    await put("twice", "second");
    expect(await read("twice")).toBe("second");
  });

  it("keeps an empty object and one of several megabytes", async () => {
    await store.put("empty", new Uint8Array(), { type: "text/plain" });
    expect(await store.head("empty")).toMatchObject({ size: 0 });
    const body = randomBytes(5 * MIB + 3);
    await store.put("large", body, { type: "application/octet-stream" });
    const back = Buffer.from(await new Response(await store.get("large")).arrayBuffer());
    expect(back.equals(body)).toBe(true);
  });

  it("keeps the cache-control that it was given", async () => {
    await store.put("cached", text.encode("x"), { type: "image/webp", cacheControl: "private, max-age=31536000, immutable" });
    const response = await fetch(store.sign.get({ key: "cached" }));
    expect(response.headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
  });

  it("lists in key order, page by page", async () => {
    const keys = Array.from({ length: 25 }, (_, i) => `pages/${String(i).padStart(3, "0")}`);
    await Promise.all(keys.map((key) => put(key, key)));
    const seen: string[] = [];
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page = await store.list("pages/", { limit: 10, ...(after !== undefined && { after }) });
      expect(page.objects.length).toBeLessThanOrEqual(10);
      seen.push(...page.objects.map(({ key }) => key));
      after = page.next;
    }
    expect(seen).toEqual(keys);
    expect(await store.list("no-pages/")).toEqual({ objects: [] });
  });

  describe("multipart uploads", () => {
    const upload = async (key: string, bodies: readonly Uint8Array[]) => {
      const { id } = await store.multipart.create(key, "video/mp4");
      const parts = [];
      for (const [i, body] of bodies.entries()) {
        const { url, method, headers } = await store.sign.part({ key, id, number: i + 1, size: body.length, expiresIn: 60 });
        const response = await fetch(url, { method, headers, body: new Uint8Array(body) });
        expect(response.status).toBe(200);
        parts.push({ number: i + 1, etag: (response.headers.get("etag") ?? "").replaceAll('"', ""), size: body.length });
      }
      return { id, parts };
    };

    it("put parts together that were sent to signed URLs, and list them before", async () => {
      const bodies = [randomBytes(5 * MIB), randomBytes(5 * MIB), randomBytes(10)];
      const { id, parts } = await upload("multi.mp4", bodies);
      expect(await store.multipart.parts("multi.mp4", id)).toEqual(parts);
      const { etag } = await store.multipart.complete("multi.mp4", id, parts, { ifNoneMatch: true });
      expect(await store.head("multi.mp4")).toMatchObject({ size: 10 * MIB + 10, etag, type: "video/mp4" });
      const back = Buffer.from(await new Response(await store.get("multi.mp4")).arrayBuffer());
      expect(back.equals(Buffer.concat(bodies))).toBe(true);
      await expectCode(store.multipart.parts("multi.mp4", id), "gone");
    });

    it.runIf(pins)("do not overwrite when asked not to", async () => {
      await put("taken.mp4", "there");
      const { id, parts } = await upload("taken.mp4", [randomBytes(10)]);
      await expectCode(store.multipart.complete("taken.mp4", id, parts, { ifNoneMatch: true }), "conflict");
      expect(await read("taken.mp4")).toBe("there");
      await store.multipart.abort("taken.mp4", id);
    });

    it("are aborted, once or twice", async () => {
      const { id } = await upload("aborted.mp4", [randomBytes(10)]);
      await store.multipart.abort("aborted.mp4", id);
      await store.multipart.abort("aborted.mp4", id);
      await expectCode(store.multipart.parts("aborted.mp4", id), "gone");
      await expectCode(store.head("aborted.mp4"), "not_found");
    });

    it("refuse parts that are not there", async () => {
      const { id } = await upload("hole.mp4", [randomBytes(10)]);
      const wrong = [{ number: 1, etag: "d41d8cd98f00b204e9800998ecf8427e", size: 10 }];
      await expectCode(store.multipart.complete("hole.mp4", id, wrong), "invalid");
      await store.multipart.abort("hole.mp4", id);
    });
  });

  describe("a signed PUT", () => {
    const body = text.encode("the bytes that were hashed");
    const sha256 = createHash("sha256").update(body).digest("hex");
    const sign = (key: string, expiresIn = 60) => store.sign.put({ key, size: body.length, type: "image/jpeg", sha256, expiresIn });

    it.runIf(pins)("takes exactly the bytes, type and length that it was signed for, once", async () => {
      const { url, method, headers } = await sign("signed.jpg");
      const send = (over: Record<string, string>, bytes: Uint8Array<ArrayBuffer>) =>
        fetch(url, { method, headers: { ...headers, ...over }, body: bytes }).then(({ status }) => status);
      expect(await send({}, text.encode("THE bytes that were hashed"))).toBeGreaterThanOrEqual(400);
      expect(await send({}, text.encode("longer than the bytes that were hashed"))).toBe(403);
      expect(await send({ "content-type": "text/html" }, body)).toBe(403);
      expect(await send({ "x-amz-checksum-sha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" }, body)).toBe(403);
      await expectCode(store.head("signed.jpg"), "not_found");
      expect(await send({}, body)).toBe(200);
      expect(await send({}, body)).toBe(412);
      expect(await read("signed.jpg")).toBe("the bytes that were hashed");
      expect(await store.head("signed.jpg")).toMatchObject({ type: "image/jpeg", size: body.length });
    });

    it("needs all of its headers", async () => {
      const { url, method, headers } = await sign("bare.jpg");
      for (const name of Object.keys(headers)) {
        const rest = Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name));
        expect(isRefused(await fetch(url, { method, headers: rest, body }))).toBe(true);
      }
      await expectCode(store.head("bare.jpg"), "not_found");
    });

    it("without a checksum writes as often as it is used, and the length and type that it was signed for", async () => {
      const { url, method, headers } = await store.sign.put({ key: "staged", size: body.length, type: "image/jpeg", expiresIn: 60 });
      expect(headers).toEqual({ "content-type": "image/jpeg" });
      for (const content of [body, text.encode("THE bytes that were hashed")]) {
        expect((await fetch(url, { method, headers, body: content })).status).toBe(200);
      }
      expect(await read("staged")).toBe("THE bytes that were hashed");
      expect((await fetch(url, { method, headers, body: text.encode("longer than the bytes that were hashed") })).status).toBe(403);
      expect((await fetch(url, { method, headers: { "content-type": "text/html" }, body })).status).toBe(403);
    });

    it("is for its key, its method and its time only", async () => {
      const { url, method, headers } = await sign("mine.jpg");
      expect((await fetch(url.replace("mine.jpg", "other.jpg"), { method, headers, body })).status).toBe(403);
      expect(isRefused(await fetch(url))).toBe(true);
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 120_000 });
      const expired = await sign("mine.jpg").finally(() => vi.useRealTimers());
      expect((await fetch(expired.url, { method, headers: expired.headers, body })).status).toBe(403);
    });
  });

  it("answers a signed GET with the headers it was signed for, in ranges too", async () => {
    await put("download.jpg", "0123456789");
    const url = store.sign.get({
      key: "download.jpg",
      disposition: `attachment; filename="a.jpg"; filename*=UTF-8''%C3%BC.jpg`,
      type: "image/png",
    });
    const response = await fetch(url, { headers: { range: "bytes=1-3" } });
    expect([
      response.status,
      await response.text(),
      response.headers.get("content-disposition"),
      response.headers.get("content-type"),
    ]).toEqual([206, "123", `attachment; filename="a.jpg"; filename*=UTF-8''%C3%BC.jpg`, "image/png"]);
    expect((await fetch(url.replace("a.jpg", "b.jpg"))).status).toBe(403);
  });
}

/** Stores differ in whether a wrong signature is a 403 or, when something signed is missing, a 400. */
function isRefused({ status }: Response): boolean {
  return status === 403 || status === 400;
}
