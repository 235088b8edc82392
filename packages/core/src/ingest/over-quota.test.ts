import { utf8ToBytes } from "@noble/hashes/utils.js";
import { user } from "#account/table";
import { ingestJob } from "#asset";
import { asset } from "#asset/table";
import { OVER_QUOTA } from "#quota";
import * as Upload from "#upload";
import { upload } from "#upload/table";
import { drain, ingest, uploaded } from "@tintype/test/ingest";
import { type Library, openLibrary } from "@tintype/test/library";
import { fileOf } from "@tintype/test/upload";
import { desc, eq } from "drizzle-orm";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

let library: Library;
let isPinned = true;
beforeEach(async () => {
  library = await openLibrary({ pins: isPinned });
});
afterEach(() => library.close());

const limit = (quotaBytes: number | null) => library.system.db.update(user).set({ quotaBytes }).where(eq(user.id, library.owner.id));
const statusOf = async (key: string) => {
  const [row] = await library.system.db.select({ id: upload.id }).from(upload).where(eq(upload.key, key)).orderBy(desc(upload.createdAt));
  return (await Upload.status(library.owner.ctx, [row!.id]))[0];
};

it("an upload for which there was room when it was planned, and is none when it comes, is refused with a word; what is safe stays", async () => {
  const { system, owner } = library;
  const first = "GIF89a the first, which fits";
  const second = "GIF89a the second, which was promised room";
  const safe = await uploaded(library, "first.gif", first);
  await limit(first.length + second.length);
  const key = await library.send("second.gif", utf8ToBytes(second));
  await limit(first.length + second.length - 1);
  expect(await ingest(system, key)).toMatchObject({ kind: "rejected", reason: OVER_QUOTA });
  expect(await statusOf(key)).toMatchObject({ state: "failed", reason: OVER_QUOTA, safe: false, assetId: null });
  // Its bytes take no room that nobody knows of.
  await expect(system.store.head(key)).rejects.toMatchObject({ code: "not_found" });
  expect(await system.db.select({ key: asset.key, state: asset.state }).from(asset)).toEqual([{ key: safe, state: "ready" }]);
  expect((await system.store.head(safe)).size).toBe(first.length);
  expect(await statusOf(safe)).toMatchObject({ state: "committed", safe: true });
  // Asked again it says so at once, and with room it is taken.
  const file = fileOf(second, { name: "second.gif", type: "image/gif" });
  expect(await Upload.plan(owner.ctx, [file])).toMatchObject([{ status: "refused", code: "over_quota" }]);
  await limit(null);
  const again = await uploaded(library, "second.gif", second);
  expect(await statusOf(again)).toMatchObject({ state: "committed", safe: true });
});

it("the same bytes once more take no room, however little there is", async () => {
  const content = "GIF89a brought twice";
  const key = await uploaded(library, "twice.gif", content);
  await limit(1);
  await library.system.store.put(`${key}-copy.gif`, utf8ToBytes(content), { type: "image/gif" });
  expect(await ingest(library.system, `${key}-copy.gif`)).toMatchObject({ kind: "duplicate" });
  expect(await statusOf(key)).toMatchObject({ state: "committed", safe: true });
});

describe("through a store that cannot check what it is sent", () => {
  beforeAll(() => {
    isPinned = false;
  });

  it("such an upload is refused too, what was staged for it goes with it, and put there once more it is no way around the quota", async () => {
    const { system, owner } = library;
    const content = "GIF89a staged, and promised room";
    await limit(content.length);
    const staged = await library.send("staged.gif", utf8ToBytes(content));
    expect(staged).toMatch(/^incoming\//u);
    await limit(1);
    await drain(system);
    const [row] = await system.db.select({ id: upload.id }).from(upload).where(eq(upload.source, staged));
    const answer = () => Upload.status(owner.ctx, [row!.id]);
    expect(await answer()).toMatchObject([{ state: "failed", reason: OVER_QUOTA, safe: false }]);
    await expect(system.store.head(staged)).rejects.toMatchObject({ code: "not_found" });
    await system.store.put(staged, utf8ToBytes(content), { type: "image/gif" });
    await system.queue.enqueue([ingestJob(staged)]);
    await drain(system);
    expect(await answer()).toMatchObject([{ state: "failed", safe: false }]);
    expect([await system.db.select().from(asset), (await system.store.list("incoming/")).objects]).toEqual([[], []]);
  });
});
