import { asset } from "#asset/table";
import type { Hint } from "#ingest";
import { upload } from "#upload/table";
import { putByHand } from "@tintype/test/ingest";
import { openLibrary, type Library } from "@tintype/test/library";
import { fileOf, planOne } from "@tintype/test/upload";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { news } from "./news.ts";

let library: Library;
beforeEach(async () => {
  library = await openLibrary({ pins: false });
});
afterEach(() => library.close());

/** Nothing but the database may be asked. */
const newsOf = async (...hints: Hint[]) => (await news({ db: library.system.db }, hints)).map(({ key }) => key);
const rowOf = async (id: string) => (await library.system.db.select().from(upload).where(eq(upload.id, id)))[0]!;

/** An upload that is staged, and under way. */
async function underWay(content: string): Promise<{ id: string; key: string; source: string }> {
  const { uploadId } = await planOne(library.owner.ctx, fileOf(content));
  const { key, source } = await rowOf(uploadId);
  return { id: uploadId, key, source: source! };
}

it("whatever the database does not know is news", async () => {
  const keys = ["library/anna/a.jpg", "inbox/anna/a.jpg", "incoming/anna/a"];
  const hints: Hint[] = keys.map((key) => ({ key, etag: "e", at: new Date() }));
  expect(await newsOf(...hints)).toEqual(keys);
  expect(await newsOf()).toEqual([]);
});

describe("a copy in the library", () => {
  it("is no news while what was staged for its key is under way, and its source is", async () => {
    const { key, source } = await underWay("moving");
    expect(await newsOf({ key, is: "copied", etag: "e" }, { key: source, etag: "e" })).toEqual([source]);
    // Somebody has put another there.
    expect(await newsOf({ key, etag: "e" })).toEqual([key]);
  });

  it("is none once it is in the library under this etag; under another, or when that is missing or not told of, it is", async () => {
    const planned = await underWay("copied");
    const key = await putByHand(library.system, "library/anna/copied.txt", "by hand");
    await library.ingest(key);
    const { etag } = await library.system.store.head(key);
    expect(await newsOf({ key, is: "copied", etag })).toEqual([]);
    expect(await newsOf({ key, is: "copied", etag: "other" })).toEqual([key]);
    expect(await newsOf({ key, is: "copied" })).toEqual([key]);
    expect(await newsOf({ key, etag }, { key, is: "removed" })).toEqual([key, key]);
    await library.system.db.update(asset).set({ state: "stored" }).where(eq(asset.key, key));
    expect(await newsOf({ key, is: "copied", etag })).toEqual([key]);
    await library.system.db.update(asset).set({ state: "ready", missing: true }).where(eq(asset.key, key));
    expect(await newsOf({ key, is: "copied", etag })).toEqual([key]);
    expect(await newsOf({ key: planned.source, is: "copied", etag })).toEqual([planned.source]);
  });
});

describe("that something staged has gone", () => {
  it("is news while its upload is under way, and none once that has ended", async () => {
    const { id, source } = await underWay("gone");
    expect(await newsOf({ key: source, is: "removed" })).toEqual([source]);
    for (const state of ["committed", "expired", "failed"] as const) {
      await library.system.db.update(upload).set({ state }).where(eq(upload.id, id));
      expect(await newsOf({ key: source, is: "removed" })).toEqual([]);
    }
  });

  it("is news of what was told of as something that cannot be taken in", async () => {
    const key = "inbox/anna/empty.txt";
    const { id } = await underWay("refused");
    await library.system.db.update(upload).set({ state: "failed", key, source: key }).where(eq(upload.id, id));
    expect(await newsOf({ key, is: "removed" }, { key: "inbox/anna/other.txt", is: "removed" })).toEqual([key]);
  });

  it("is always news of an original", async () => {
    const { key } = await underWay("original");
    expect(await newsOf({ key, is: "removed" })).toEqual([key]);
  });
});
