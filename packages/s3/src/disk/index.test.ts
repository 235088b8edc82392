import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ObjectEntry } from "./entry.ts";
import { type Index, openIndex } from "./index.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "index-"));
});
afterEach(async () => rm(folder, { recursive: true }));

const entry = (size: number): ObjectEntry => ({
  size,
  mtime: 1_700_000_000_000.5,
  inode: 2 ** 40,
  etag: size % 2 === 0 ? "0123456789abcdef0123456789abcdef" : "0123456789abcdef0123456789abcdef-17",
  ...(size % 5 === 0 ? { path: `%-/${size}` } : {}),
  meta: size % 3 === 0 ? {} : { type: "image/jpeg", user: { name: "été" }, tags: [["a", "b"]], parts: [1, 2] },
});
const open = async (): Promise<Index> => openIndex(folder, () => undefined);

async function fill(index: Index, count: number): Promise<void> {
  await index.addBucket("photos");
  await Promise.all(Array.from({ length: count }, async (_, size) => index.put("photos", `key ${size}`, entry(size))));
}

describe("an index", () => {
  it("knows after a start what it knew before, closed or not", async () => {
    const index = await open();
    expect(index.closedWell).toBe(true);
    await fill(index, 100);
    await index.remove("photos", "key 7");
    expect((await open()).closedWell).toBe(false);
    for (const reopened of [await open(), index]) {
      expect(reopened.names()).toEqual(["photos"]);
      expect(reopened.bucket("photos")?.count).toBe(99);
      expect([reopened.get("photos", "key 7"), reopened.get("photos", "key 10"), reopened.get("photos", "key 11")]).toEqual([
        undefined,
        entry(10),
        entry(11),
      ]);
    }
    await index.close();
    const closed = await open();
    expect(closed.closedWell).toBe(true);
    expect(closed.get("photos", "key 99")).toEqual(entry(99));
    expect(await readdir(folder)).toHaveLength(2);
  });

  it("loses nothing when it is folded into a snapshot while changes come in", async () => {
    const index = await open();
    await fill(index, 200);
    const changes = Array.from({ length: 200 }, async (_, size) => index.put("photos", `later ${size}`, entry(size)));
    await Promise.all([index.compact(), ...changes, index.compact()]);
    const again = await open();
    expect(again.bucket("photos")?.count).toBe(400);
  });

  it("starts from the journals when its snapshot is damaged, and from nothing when all is", async () => {
    const index = await open();
    await fill(index, 10);
    await index.close();
    const reopened = await open();
    await reopened.put("photos", "new", entry(1));
    const snapshot = (await readdir(folder)).find((name) => name.startsWith("index-")) ?? "";
    await writeFile(join(folder, snapshot), "damaged");
    const again = await open();
    expect([again.get("photos", "new"), again.get("photos", "key 1")]).toEqual([entry(1), undefined]);
  });

  it("forgets a bucket with all that was in it", async () => {
    const index = await open();
    await fill(index, 10);
    await index.removeBucket("photos");
    expect((await open()).names()).toEqual([]);
  });
});
