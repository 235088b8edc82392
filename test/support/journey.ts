import { createHash, randomBytes } from "node:crypto";
import { decode, unpackDays } from "@tintype/core/geometry";
import { expect } from "vitest";
import { type Client, createClient, setUp, signIn } from "./client.ts";
import { plainPicture } from "./picture.ts";

/** Where it is told: an installation that nobody has set up yet. `settle` delivers what a store's messages wait for, where nobody else does. */
type Place = { url: string; token: string; settle?: () => Promise<void> };

/** What it leaves behind: who has signed in, and a photo that is in no link any more. */
export type Travelled = { owner: Client; cookie: string; assetId: string };

type Planned = { status: string; uploadId: string; assetId: string; request: { url: string; headers: Record<string, string> } };
type Link = { id: string; url: string };

const NAME = "Sea.jpg";
/** The month of its time, as the timeline counts them. */
const NOVEMBER = 2026 * 12 + 10;

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/**
 * The one story that holds on every shape: sign in → presign → PUT → the store's event → ingest → timeline → share → revoke, with nothing but
 * what a browser and the store have. Each step is asserted.
 */
export async function journey({ url, token, settle }: Place): Promise<Travelled> {
  await setUp(url, token);
  const cookie = await signIn(url);
  const owner = createClient(url, cookie);

  const bytes = Buffer.concat([await plainPicture(99), randomBytes(16)]);
  const file = { name: NAME, size: bytes.length, type: "image/jpeg", sha256: sha256(bytes), modifiedAt: "2026-11-22T10:00:00" };
  const plan = async () => (await owner.json<{ files: [Planned] }>("POST", "/api/uploads", { files: [file] })).files[0];
  const { uploadId, request, ...planned } = await plan();
  expect(planned.status).toBe("put");
  expect(new URL(request.url).origin).not.toBe(url);
  expect((await fetch(request.url, { method: "PUT", headers: request.headers, body: new Uint8Array(bytes) })).status).toBe(200);

  // The client never says that it has sent it: the store's event alone brings it in.
  const event = { timeout: 60_000, interval: 200 };
  const state = async () => {
    await settle?.();
    return (await owner.status([uploadId]))[0];
  };
  await expect.poll(state, event).toMatchObject({ state: "committed", safe: true, revision: expect.any(Number) as number });
  const assetId = (await owner.status([uploadId]))[0]?.assetId ?? "";
  expect(await plan()).toMatchObject({ status: "have", assetId });

  await expectInTimeline(owner, cookie, url, assetId);
  const original = await owner.call("GET", `/api/assets/${assetId}/original`);
  expect(await bytesAt(original.headers.get("location") ?? "")).toEqual(bytes);

  const link = await owner.json<Link>("POST", "/api/links", { assetIds: [assetId], title: "Sea", hideMetadata: false });
  await expectShared(link.url, assetId, bytes);
  expect((await owner.call("DELETE", `/api/links/${link.id}`)).status).toBe(204);
  await expectShut(link.url, assetId);
  return { owner, cookie, assetId };
}

/** It is there with its name and a picture, alone in its month, and a timeline that has not changed is not sent again. */
async function expectInTimeline(owner: Client, cookie: string, url: string, assetId: string): Promise<void> {
  const { month, revision, index } = await owner.json<Record<"month" | "revision" | "index", number>>(
    "GET",
    `/api/timeline/locate?id=${assetId}`,
  );
  const items = await owner.json<{ id: string[]; thumb: (string | null)[] }>(
    "GET",
    `/api/timeline/items?ranges=${month}:${revision}:${index}:1`,
  );
  expect(items).toMatchObject({ id: [assetId], name: [NAME], thumb: [expect.stringContaining("X-Amz-Signature=")] });
  expect((await fetch(items.thumb[0] ?? "")).headers.get("content-type")).toBe("image/webp");
  const ask = (more?: Record<string, string>) => fetch(`${url}/api/timeline/geometry`, { headers: { cookie, ...more } });
  const geometry = await ask();
  expect(geometry.status).toBe(200);
  const { chunks } = decode(new Uint8Array(await geometry.arrayBuffer()));
  expect(chunks).toMatchObject([{ month: NOVEMBER, count: 1, revision }]);
  expect(chunks.map(({ days }) => unpackDays(days))).toEqual([[[22, 1]]]);
  const again = await ask({ "if-none-match": geometry.headers.get("etag") ?? "" });
  expect([again.status, await again.text()]).toEqual([304, ""]);
}

/** Somebody without a session sees the page, the photo and its picture, and has its bytes from the store. */
async function expectShared(url: string, assetId: string, bytes: Buffer): Promise<void> {
  const ask = async (path: string, body?: unknown): Promise<unknown> => {
    const json = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(url + path, body === undefined ? {} : json);
    expect([path, answer.status]).toEqual([path, 200]);
    return answer.json();
  };
  expect(await (await fetch(url)).text()).toContain('<meta property="og:title" content="Sea"');
  expect(await ask("/open")).toMatchObject({ title: "Sea", count: 1 });
  expect((await fetch(`${url}/geometry`)).status).toBe(200);
  expect((await fetch(`${url}/feed.xml`)).status).toBe(200);
  const ids = [assetId];
  expect(await ask("/items", { ids })).toMatchObject({ id: ids, thumb: [expect.stringContaining("X-Amz-Signature=")] });
  // What the answers are: see Items and Downloads in packages/functions/src/api/listed.ts.
  const { files } = (await ask("/downloads", { ids })) as { files: [{ url: string }] };
  expect(files[0].url).toContain("X-Amz-Signature=");
  expect(await bytesAt(files[0].url)).toEqual(bytes);
}

/** To who has its address it is what was never there. */
async function expectShut(url: string, assetId: string): Promise<void> {
  const paths = ["/open", "/geometry", "/feed.xml", `/assets/${assetId}`, `/assets/${assetId}/original`];
  const statuses = await Promise.all(paths.map(async (path) => (await fetch(url + path, { redirect: "manual" })).status));
  expect(statuses).toEqual(paths.map(() => 404));
}

async function bytesAt(url: string): Promise<Buffer> {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}
