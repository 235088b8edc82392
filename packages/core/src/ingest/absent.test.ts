import { utf8ToBytes } from "@noble/hashes/utils.js";
import { asset } from "#asset/table";
import type { Ctx } from "#kernel";
import { job } from "#kernel/table";
import type { ListedObject, ObjectStore } from "#storage";
import { upload } from "#upload/table";
import { assemble, ingest, putByHand, rowAt, shows } from "@tintype/test/ingest";
import { openLibrary, type Library } from "@tintype/test/library";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sweep } from "./sweep.ts";

/* No event reaches anybody here: what becomes known, the sweep has found. */

let library: Library;
let now = Date.now();
beforeEach(async () => {
  library = await openLibrary();
});
afterEach(() => library.close());

const missing = async () => {
  const rows = await library.system.db.select({ key: asset.key }).from(asset).where(eq(asset.missing, true));
  return rows.map(({ key }) => key).toSorted();
};

/** A sweep of everything half an hour later, and all that it hints. */
async function round(change: Partial<ObjectStore> = {}): Promise<number> {
  now += 30 * 60_000;
  const system: Ctx = { ...library.system, store: { ...library.system.store, ...change }, now: () => new Date(now) };
  await sweep(system, { steps: [shows] });
  const jobs = await system.db.delete(job).where(eq(job.kind, "ingest")).returning();
  for (const { payload } of jobs) await ingest(system, String(payload["key"]));
  return jobs.length;
}

/** So many assets, sent and ingested; their keys, in order. */
async function assets(count: number): Promise<string[]> {
  const keys: string[] = [];
  for (let i = 0; i < count; i++) keys.push(await library.send(`${i}.txt`, utf8ToBytes(`bytes of ${i}`)));
  for (const key of keys) await ingest(library.system, key);
  await library.system.db.delete(job);
  return keys.toSorted();
}

const remove = (keys: string[]) => library.system.store.remove(keys);
const doubts = () => library.lines.filter(({ event }) => event === "sweep.listing_doubted");

describe("originals that went without a word", () => {
  it("are missing after the next round: first, last and in the middle; their rows stay, and nothing else is touched", async () => {
    const keys = await assets(6);
    expect(await round()).toBe(0);
    const gone = [keys[0]!, keys[3]!, keys[5]!];
    await remove(gone);
    expect(await round()).toBe(3);
    expect(await missing()).toEqual(gone);
    expect(await rowAt(library.system, keys[3]!)).toMatchObject({
      state: "unprocessable",
      reason: "The original is no longer in storage.",
    });
    expect(await rowAt(library.system, keys[1]!)).toMatchObject({ state: "ready", missing: false });
    expect(await round()).toBe(0);
  });

  it("are found across pages", async () => {
    const keys = await assets(6);
    await remove([keys[1]!, keys[2]!]);
    const paged: ObjectStore["list"] = (prefix, options) => library.system.store.list(prefix, { ...options, limit: 1 });
    await round({ list: paged });
    expect(await missing()).toEqual([keys[1], keys[2]]);
  });

  it("are there again when they come back", async () => {
    const [key] = await assets(2);
    const before = await rowAt(library.system, key!);
    const bytes = new Uint8Array(await new Response(await library.system.store.get(key!)).arrayBuffer());
    await remove([key!]);
    await round();
    expect(await missing()).toEqual([key]);
    await putByHand(library.system, key!, new TextDecoder().decode(bytes));
    await round();
    expect(await rowAt(library.system, key!)).toMatchObject({ id: before!.id, state: "ready", reason: null, missing: false });
    expect(await round()).toBe(0);
  });
});

describe("refused bytes of an upload", () => {
  it.each(["before", "after"])("are gone and told of, also when the process is killed just %s it removes them", async (when) => {
    const dies: Ctx["store"]["removeSame"] = async (version) => {
      if (when === "after") await library.system.store.removeSame(version);
      throw new Error("killed");
    };
    await assets(1);
    const key = await library.send("torn.txt", utf8ToBytes("as announced"));
    await library.system.store.remove([key]);
    await assemble(library.system, key, "as it came");
    await library.system.db.delete(job);
    const dying: Ctx = { ...library.system, store: { ...library.system.store, removeSame: dies } };
    await expect(ingest(dying, key)).rejects.toThrow("killed");
    expect(await round()).toBe(1);
    const [row] = await library.system.db.select().from(upload).where(eq(upload.key, key));
    expect(row).toMatchObject({ state: "failed", reason: "10 of 12 bytes arrived. Add the file again." });
    expect(await library.system.store.list("library/")).toMatchObject({ objects: [{ key: expect.stringContaining("0~") }] });
    expect(await rowAt(library.system, key)).toBeUndefined();
  });
});

describe("a listing that cannot be believed", () => {
  const listing = (objects: ListedObject[]): Partial<ObjectStore> => ({ list: () => Promise.resolve({ objects }) });

  it("because it is empty makes nothing missing", async () => {
    await assets(3);
    expect(await round({ ...listing([]), head: () => Promise.reject(new Error("was asked")) })).toBe(0);
    expect(await missing()).toEqual([]);
  });

  it("because it is another bucket's makes nothing missing", async () => {
    const keys = await assets(3);
    const foreign = { key: "library/somebody/x.jpg", size: 1, etag: "x", lastModified: new Date() };
    expect(await round(listing([foreign, { ...foreign, key: keys[0]!, etag: "other bytes" }]))).toBeLessThanOrEqual(1);
    expect(await missing()).toEqual([]);
    expect(doubts()).toMatchObject([{ level: "error", seen: 0, absent: 2 }]);
  });

  it("because most of the library is not in it makes nothing missing, although the objects are gone", async () => {
    const keys = await assets(24);
    await remove(keys.slice(1, 23));
    expect(await round()).toBe(0);
    expect(await missing()).toEqual([]);
    expect(doubts()).toMatchObject([{ seen: 2, absent: 22 }]);
  });

  it("because it ends too early makes nothing missing: each original is asked for by itself", async () => {
    const keys = await assets(4);
    const { objects } = await library.system.store.list("library/");
    expect(await round(listing(objects.slice(0, 2)))).toBe(2);
    expect(await missing()).toEqual([]);
    expect(await rowAt(library.system, keys[3]!)).toMatchObject({ state: "ready" });
  });

  it("because it fails in the middle makes nothing missing, and the round goes on later", async () => {
    const keys = await assets(4);
    await remove([keys[0]!]);
    let pages = 0;
    const breaks: ObjectStore["list"] = (prefix, options) =>
      ++pages > 2 ? Promise.reject(new Error("away")) : library.system.store.list(prefix, { ...options, limit: 1 });
    await expect(round({ list: breaks })).rejects.toThrow("away");
    expect(await missing()).toEqual([]);
    await round();
    expect(await missing()).toEqual([keys[0]]);
  });
});
