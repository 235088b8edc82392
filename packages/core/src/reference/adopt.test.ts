import { utf8ToBytes } from "@noble/hashes/utils.js";
import { eq } from "drizzle-orm";
import * as Asset from "#asset";
import { asset } from "#asset/table";
import type { Ctx } from "#kernel";
import { job } from "#kernel/table";
import { drain, ingest, putByHand, rowAt, uploaded } from "@tintype/test/ingest";
import { type Library, openLibrary } from "@tintype/test/library";
import { addPerson } from "@tintype/test/person";
import * as Upload from "@tintype/core/upload";
import { fileOf } from "@tintype/test/upload";
import { afterAll, beforeAll, expect, it } from "vitest";
import { add } from "./add.ts";
import { adopt } from "./adopt.ts";
import { follow } from "./follow.ts";

let library: Library;
let system: Ctx;
let ben: Awaited<ReturnType<typeof addPerson>>;
let count = 0;

beforeAll(async () => {
  library = await openLibrary();
  ({ system } = library);
  ben = await addPerson(system, "Ben");
});
afterAll(() => library.close());

/** A photo of Anna's that Ben has saved. */
async function shared(content = `shared ${count++}`) {
  const key = await uploaded(library, `${count++}.txt`, content);
  const source = (await rowAt(system, key))!;
  await add(ben.ctx, [source.id]);
  await system.db.delete(job);
  return { source, mine: await referenceTo(source.id), content };
}

const referenceTo = async (id: string) => (await system.db.select().from(asset).where(eq(asset.sourceId, id)))[0]!;
const mineNow = async (id: string) => (await system.db.select().from(asset).where(eq(asset.id, id)))[0]!;
const followed = async (id: string) => {
  await system.db.delete(job).where(eq(job.kind, "follow"));
  return follow(system, id);
};
const textAt = async (key: string) => new Response(await system.store.get(key)).text();

it("the bytes are copied, read and held against their hash, and the reference is a photo of its owner's own", async () => {
  const { source, mine, content } = await shared();
  await adopt(system, mine.id);
  expect(await mineNow(mine.id)).toMatchObject({ sourceId: source.id });
  expect(await drain(system)).toEqual(["ready"]);
  expect(await mineNow(mine.id)).toMatchObject({ sourceId: null, sourceKey: null, missing: false, state: "ready", key: mine.key });
  expect([await textAt(mine.key), await textAt(source.key)]).toEqual([content, content]);
  await adopt(system, mine.id);
  expect(await drain(system)).toEqual([]);
});

it("a kill after the copy, or while it is told, loses nothing", async () => {
  const { mine, content } = await shared();
  const killed = (after: "copy" | "enqueue"): Ctx => ({
    ...system,
    store: {
      ...system.store,
      copy: async (...given) => {
        await system.store.copy(...given);
        if (after === "copy") throw new Error("killed");
        return { etag: "" };
      },
    },
    queue: { ...system.queue, enqueue: () => Promise.reject(new Error("killed")) },
  });
  for (const after of ["copy", "enqueue"] as const) await expect(adopt(killed(after), mine.id)).rejects.toThrow("killed");
  expect(await mineNow(mine.id)).toMatchObject({ sourceKey: mine.sourceKey, missing: false });
  await adopt(system, mine.id);
  await drain(system);
  expect(await mineNow(mine.id)).toMatchObject({ sourceKey: null, state: "ready" });
  expect(await textAt(mine.key)).toBe(content);
});

it("other bytes that somebody put where they are to lie are a photo of its own, and the reference gets another place", async () => {
  const { mine, content } = await shared();
  await putByHand(system, mine.key, "another file");
  expect(await ingest(system, mine.key)).toMatchObject({ kind: "ready" });
  const other = await rowAt(system, mine.key);
  expect(other?.id).not.toBe(mine.id);
  const moved = await mineNow(mine.id);
  expect(moved).toMatchObject({ sourceKey: mine.sourceKey, key: expect.stringMatching(/~[0-9a-f]{64}\.txt$/u) });
  await adopt(system, mine.id);
  await drain(system);
  expect([await textAt(moved.key), await textAt(mine.key)]).toEqual([content, "another file"]);
});

it("bytes that are gone before they could be copied are said to be, and hold up nobody", async () => {
  const { source, mine } = await shared();
  await system.store.remove([source.key]);
  await adopt(system, mine.id);
  expect(await mineNow(mine.id)).toMatchObject({
    missing: true,
    sourceId: null,
    sourceKey: null,
    reason: expect.stringMatching(/deleted before/u),
  });
});

it("nothing is called missing that has no bytes of its own yet: by a hint, by an upload's plan", async () => {
  const { source, mine, content } = await shared();
  expect(await ingest(system, mine.key)).toEqual({ kind: "gone" });
  expect(await mineNow(mine.id)).toMatchObject({ missing: false, state: "ready" });
  expect(await Upload.plan(ben.ctx, [fileOf(content)])).toEqual([{ status: "have", assetId: mine.id }]);
  expect(await Asset.original(ben.ctx, mine.id)).toContain(source.key);
});

it("the giver's original moves and is lost and comes back, and the reference with it", async () => {
  const { source, mine, content } = await shared();
  const to = source.key.replace("/anna/", "/anna/moved/");
  await system.store.put(to, utf8ToBytes(content), { type: "text/plain" });
  await system.store.remove([source.key]);
  await ingest(system, to);
  expect(await followed(source.id)).toEqual([]);
  expect(await mineNow(mine.id)).toMatchObject({ sourceKey: to, missing: false });
  await system.store.remove([to]);
  await ingest(system, to);
  await followed(source.id);
  expect(await mineNow(mine.id)).toMatchObject({ missing: true, state: "unprocessable" });
  await system.store.put(to, utf8ToBytes(content), { type: "text/plain" });
  await ingest(system, to);
  await followed(source.id);
  expect(await mineNow(mine.id)).toMatchObject({ missing: false, state: "ready", reason: null });
});

it("bytes of one's own that come later take the place of another's", async () => {
  const { mine, content } = await shared();
  const key = await putByHand(system, "library/ben/own.txt", content);
  await ingest(system, key);
  expect(await mineNow(mine.id)).toMatchObject({ key, sourceId: null, sourceKey: null });
});
