import { isReadable, type ObjectStore } from "@tintype/core/storage";
import { KEYS } from "@tintype/test/s3-process";
import { BUCKET, startServer, type TestServer } from "@tintype/test/s3-server";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createEdgeStore } from "./store-edge.ts";

let server: TestServer;
let store: ObjectStore;
const pins = () => Promise.resolve(true);
beforeAll(async () => {
  server = await startServer();
  store = createEdgeStore({ endpoint: server.server.url, region: "us-east-1", bucket: BUCKET, ...KEYS, pathStyle: true, pins });
});
afterAll(() => server.stop());

const textOf = async (body: Promise<ReadableStream<Uint8Array>>) => new Response(await body).text();
const bytes = (text: string) => new TextEncoder().encode(text);

it("reads ranges, and nothing of an object that is another by now", async () => {
  const { etag } = await store.put("a.jpg", bytes("0123456789"), { type: "image/jpeg" });
  expect(await store.head("a.jpg")).toMatchObject({ size: 10, etag, type: "image/jpeg" });
  expect(await textOf(store.get("a.jpg"))).toBe("0123456789");
  expect(await textOf(store.get("a.jpg", { start: 2, end: 4, etag, size: 10 }))).toBe("234");
  await expect(store.get("a.jpg", { etag: "another" })).rejects.toMatchObject({ code: "stale" });
  await expect(store.get("a.jpg", { start: 0, end: 0, size: 9 })).rejects.toMatchObject({ code: "stale" });
  await expect(store.get("b.jpg")).rejects.toMatchObject({ code: "not_found" });
});

it("does not take an original that was cut or written over for one that is safe", async () => {
  const { etag } = await store.put("safe.jpg", bytes("whole"), { type: "image/jpeg" });
  const version = { key: "safe.jpg", size: 5, etag };
  expect(await isReadable(store, version)).toBe(true);
  await store.put("safe.jpg", bytes("other"), { type: "image/jpeg" });
  expect(await isReadable(store, version)).toBe(false);
});

it("puts parts together, tells which there are, and forgets them", async () => {
  const { id } = await store.multipart.create("film.mp4", "video/mp4");
  const part = await store.sign.part({ key: "film.mp4", id, number: 1, size: 3, expiresIn: 60 });
  const sent = await fetch(part.url, { method: "PUT", body: "abc" });
  const parts = await store.multipart.parts("film.mp4", id);
  expect(parts).toEqual([{ number: 1, size: 3, etag: sent.headers.get("etag")?.replaceAll('"', "") }]);
  await store.multipart.complete("film.mp4", id, parts, { ifNoneMatch: true });
  expect(await textOf(store.get("film.mp4"))).toBe("abc");
  await expect(store.multipart.parts("film.mp4", id)).rejects.toMatchObject({ code: "gone" });
  const other = await store.multipart.create("film.mp4", "video/mp4");
  await store.multipart.abort("film.mp4", other.id);
  await store.multipart.abort("film.mp4", other.id);
  await expect(store.multipart.complete("film.mp4", other.id, parts)).rejects.toMatchObject({ code: "gone" });
});
