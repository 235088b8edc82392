import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import * as Upload from "#upload";
import { upload } from "#upload/table";
import { ingest, putByHand } from "@tintype/test/ingest";
import { openLibrary, type Library } from "@tintype/test/library";
import { fileOf, planOne, send } from "@tintype/test/upload";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let library: Library;
beforeEach(async () => {
  library = await openLibrary();
});
afterEach(() => library.close());

const rowOf = async (id: string) => (await library.system.db.select().from(upload).where(eq(upload.id, id)))[0]!;
const statusOf = async (id: string) => (await Upload.status(library.owner.ctx, [id]))[0];

describe("a file that a person put where an upload was to go", () => {
  it("stays and comes in, also where the upload goes in parts", async () => {
    const { uploadId } = await planOne(library.owner.ctx, fileOf("x", { name: "film.mov", size: 70 * 1024 ** 2 }));
    const { key } = await rowOf(uploadId);
    const file = join(library.folder, key);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, "the only copy");
    // A write that must not replace anything finds it.
    const { method, url, headers } = await library.system.store.sign.put({
      key,
      size: 1,
      type: "a/b",
      sha256: fileOf("x").sha256,
      expiresIn: 60,
    });
    expect((await fetch(url, { method, headers, body: "x" })).status).toBe(412);
    expect(await ingest(library.system, key)).toMatchObject({ kind: "ready" });
    expect(await library.system.store.head(key)).toMatchObject({ size: 13 });
    expect(await statusOf(uploadId)).toMatchObject({ state: "failed", reason: Upload.PLACE_TAKEN });
  });

  it("stays as a copy of another photo too, and the next try gets another place", async () => {
    await ingest(library.system, await library.send("twin.txt", utf8ToBytes("the twin")));
    const file = fileOf("mine", { name: "mine.txt" });
    const first = await planOne(library.owner.ctx, file);
    const { key } = await rowOf(first.uploadId);
    await putByHand(library.system, key, "the twin");
    expect((await send(first, "mine")).status).toBe(412);
    await Upload.complete(library.owner.ctx, first.uploadId);
    expect(await ingest(library.system, key)).toMatchObject({ kind: "duplicate" });
    expect(await statusOf(first.uploadId)).toMatchObject({ state: "failed", safe: false });
    const second = await planOne(library.owner.ctx, file);
    expect((await send(second, "mine")).status).toBe(200);
    expect(await ingest(library.system, (await rowOf(second.uploadId)).key)).toMatchObject({ kind: "ready" });
  });

  it.each(["the twin", "something else"])("does not make an upload safe that has ended (%s)", async (content) => {
    await ingest(library.system, await library.send("twin.txt", utf8ToBytes("the twin")));
    const { uploadId } = await planOne(library.owner.ctx, fileOf("mine", { name: "mine.txt" }));
    await library.system.db.update(upload).set({ state: "expired" }).where(eq(upload.id, uploadId));
    await ingest(library.system, await putByHand(library.system, (await rowOf(uploadId)).key, content));
    expect(await statusOf(uploadId)).toMatchObject({ state: "expired", safe: false });
  });
});
