import { readFile } from "node:fs/promises";
import { asset } from "#asset/table";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { corpus, hasCorpus } from "@tintype/test/corpus";
import { type Library, openLibrary } from "@tintype/test/library";

describe.skipIf(!hasCorpus)("ingest of a photo that a browser sent", () => {
  let library: Library;
  beforeAll(async () => {
    library = await openLibrary();
  });
  afterAll(() => library.close());

  const rowOf = async (key: string) => (await library.system.db.select().from(asset).where(eq(asset.key, key)))[0];

  it("verifies it, commits it as safe, describes it and makes its derivatives", async () => {
    const key = await library.send("IMG_20180725_163423.jpg", await readFile(corpus("phones/IMG_20180725_163423.jpg")));
    const outcome = await library.ingest(key);
    expect(outcome.kind).toBe("ready");
    expect(await rowOf(key)).toMatchObject({ state: "ready", kind: "photo", type: "image/jpeg", width: 4048, height: 3036 });
  });
});
