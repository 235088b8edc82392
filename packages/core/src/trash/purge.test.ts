import { readdir } from "node:fs/promises";
import { asset } from "#asset/table";
import { ingest } from "#ingest/table";
import type { Ctx } from "#kernel";
import { mark } from "#mark";
import { derivedPrefix } from "#storage";
import * as Upload from "#upload";
import { TOKEN } from "@tintype/test/marked";
import { type Library, openLibrary } from "@tintype/test/library";
import { plainPicture } from "@tintype/test/picture";
import { fileOf } from "@tintype/test/upload";
import { createHash } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { remove } from "./doom.ts";
import { purge } from "./purge.ts";

let library: Library;
let system: Ctx;
beforeAll(async () => {
  library = await openLibrary();
  ({ system } = library);
});
afterAll(() => library.close());

const rowAt = async (key: string) => (await system.db.select().from(asset).where(eq(asset.key, key)))[0];
const keysIn = async (prefix: string) => (await system.store.list(prefix)).objects.map(({ key }) => key);
const bin = (id: string) => mark(library.owner.ctx, { ids: [id], ranges: [] }, { trashed: true }, TOKEN);

async function photo(name: string, shade: number): Promise<{ id: string; key: string; bytes: Uint8Array }> {
  const bytes = await plainPicture(shade);
  const key = await library.send(name, bytes);
  await library.ingest(key);
  const row = await rowAt(key);
  return { id: row!.id, key, bytes };
}

describe("what is deleted for good", () => {
  it("leaves the store with its thumbnails and its copies, and is forgotten; its neighbour stays", async () => {
    const gone = await photo("gone.jpg", 10);
    const kept = await photo("kept.jpg", 20);
    const copy = gone.key.replace("gone", "copy-of-gone");
    await system.store.put(copy, gone.bytes, { type: "image/jpeg" });
    expect(await library.ingest(copy)).toMatchObject({ kind: "duplicate" });
    await bin(gone.id);
    expect(await purge(system)).toBe(0);
    await remove(library.owner.ctx, [gone.id]);
    expect(await purge(system)).toBe(1);
    expect([await rowAt(gone.key), await keysIn(derivedPrefix(gone.id))]).toEqual([undefined, []]);
    expect(await keysIn("library/")).toEqual([kept.key]);
    expect((await system.db.select().from(ingest)).map(({ key }) => key)).toEqual([kept.key]);
    expect(await library.ingest(gone.key)).toEqual({ kind: "gone" });
    expect(await readdir(library.folder)).toContain("library");
  });

  it("stays as long as a reference shows it", async () => {
    const source = await photo("shared.jpg", 30);
    const copyOf = await photo("reference.jpg", 40);
    await system.db.update(asset).set({ sourceId: source.id, sourceKey: source.key }).where(eq(asset.id, copyOf.id));
    await bin(source.id);
    await remove(library.owner.ctx, [source.id]);
    expect(await purge(system)).toBe(0);
    expect(await keysIn(source.key)).toEqual([source.key]);
    await system.db.update(asset).set({ sourceId: null, sourceKey: null }).where(eq(asset.id, copyOf.id));
    expect(await purge(system)).toBe(1);
    expect(await keysIn(source.key)).toEqual([]);
  });

  it("leaves nothing behind that was made of it while it went", async () => {
    const { id, key } = await photo("raced.jpg", 45);
    await bin(id);
    await remove(library.owner.ctx, [id]);
    const removeSame: typeof system.store.removeSame = async (head) => {
      if (head.key === key) await system.store.put(`${derivedPrefix(id)}thumb-1-00000000.webp`, new Uint8Array(1), { type: "image/webp" });
      return system.store.removeSame(head);
    };
    expect(await purge({ ...system, store: { ...system.store, removeSame } })).toBe(1);
    expect(await keysIn(derivedPrefix(id))).toEqual([]);
  });

  it("does not take other bytes along that a person has put in its place", async () => {
    const old = await photo("place.jpg", 50);
    await bin(old.id);
    await remove(library.owner.ctx, [old.id]);
    await system.store.put(old.key, await plainPicture(60), { type: "image/jpeg" });
    expect(await purge(system)).toBe(1);
    expect(await keysIn(old.key)).toEqual([old.key]);
    expect(await library.ingest(old.key)).toMatchObject({ kind: "ready" });
  });
});

describe("bytes that lie in the bin and are brought again", () => {
  it("are taken out of it when they are planned", async () => {
    const { id, key, bytes } = await photo("again.jpg", 70);
    await bin(id);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const file = fileOf("again", { size: bytes.length, sha256 });
    expect(await Upload.plan(library.owner.ctx, [file])).toEqual([{ status: "have", assetId: id }]);
    expect((await rowAt(key))?.trashedAt).toBeNull();
  });

  it("are taken out of it when they come by another way", async () => {
    const { id, key, bytes } = await photo("dropped.jpg", 80);
    await bin(id);
    const other = key.replace("dropped", "dropped-again");
    await system.store.put(other, bytes, { type: "image/jpeg" });
    expect(await library.ingest(other)).toMatchObject({ kind: "duplicate", assetId: id });
    expect((await rowAt(key))?.trashedAt).toBeNull();
  });

  it("wait while those that were there are being deleted, and are then a photo of their own", async () => {
    const { id, key, bytes } = await photo("late.jpg", 90);
    await bin(id);
    await remove(library.owner.ctx, [id]);
    const other = key.replace("late", "late-again");
    await system.store.put(other, bytes, { type: "image/jpeg" });
    await expect(library.ingest(other)).rejects.toMatchObject({ code: "conflict" });
    await purge(system);
    expect(await library.ingest(other)).toMatchObject({ kind: "ready" });
    expect((await rowAt(other))?.id).not.toBe(id);
  });
});
