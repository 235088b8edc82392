import { readdirSync, readFileSync, statSync } from "node:fs";
import { asset } from "@tintype/core/asset/table";
import { newId } from "@tintype/core/kernel";
import { sniff } from "@tintype/core/media";
import * as Stripped from "@tintype/core/stripped";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { corpus, hasCorpus } from "../support/corpus.ts";
import { type Library, openLibrary } from "../support/library.ts";
import { addAsset } from "../support/person.ts";
import { toldByBytes, toldByPicture } from "../support/telling.ts";

const AT_ONCE = 3;

/** Of these no copy can be made: what holds no picture, RAW, and formats that nothing here writes or decodes. */
const NONE = [
  /^(?:README\.md|truth\.jsonl)$/u,
  /\.(?:xmp|svg|arw|cr2|dng|nef|pef|jxl|webm)$/u,
  // Cut off, empty, or no pictures at all.
  /^heic\/(?:corrupted\.heic|corrupted\.hif|empty\.heic|river-truncated\.heic|200MP\.heic)$/u,
  /^hostile\/(?:exifr-hang\.heic|html\.jpg|one\.jpg|soi\.jpg|zero\.jpg)$/u,
  /^camera\/(?:huge_tag_exif|max_uint32_exif|2009-04-11-03-01-38-sep-2009-04-11-03-01-38a)\.jpg$/u,
];

describe.skipIf(!hasCorpus)("the copy that tells nothing, of every file of the corpus", () => {
  let library: Library;
  const files = readdirSync(corpus("."), { recursive: true, encoding: "utf8" }).filter((file) => statSync(corpus(file)).isFile());
  beforeAll(async () => {
    library = await openLibrary();
  });
  afterAll(() => library.close());

  it("is there for every one but those that are known, and neither exifreader nor a search of its bytes finds anything", async () => {
    const { system, ports, owner } = library;
    const wrong: unknown[] = [];
    const none: string[] = [];
    const kinds: Record<string, number> = {};
    const left = [...files];
    const work = async (): Promise<void> => {
      for (let file = left.pop(); file !== undefined; file = left.pop()) await check(file);
    };
    const check = async (file: string): Promise<void> => {
      const bytes = readFileSync(corpus(file));
      const key = `library/anna/${newId()}`;
      const { etag } = await system.store.put(key, bytes, { type: "application/octet-stream" });
      const id = await addAsset(system, owner.id, "2026-01-02T03:04:05", { key, etag, size: bytes.length, name: file });
      await Stripped.make(system, ports, { assetId: id });
      const [row] = await system.db.select().from(asset).where(eq(asset.id, id));
      const may = { mayDownload: true, mayOriginals: true, mayUpload: false, hidesMetadata: true };
      const actor = { kind: "link", linkId: newId(), ownerId: owner.id, albumId: id, ...may } as const;
      const copy = (await Stripped.copies({ ...system, actor }, { ownerId: owner.id, albumId: id }, [row!])).get(id);
      if (!copy) {
        none.push(file);
        return;
      }
      const stripped = new Uint8Array(await new Response(await system.store.get(copy.key)).arrayBuffer());
      const { name } = sniff(bytes.subarray(0, 65_536), file);
      kinds[`${name} as ${copy.extension}`] = (kinds[`${name} as ${copy.extension}`] ?? 0) + 1;
      const told = [...(copy.type.startsWith("image/") ? await toldByPicture(stripped) : []), ...toldByBytes(stripped, file)];
      if (told.length > 0 || stripped.length !== copy.size) wrong.push([file, told]);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    console.log("copies that tell nothing", kinds);
    expect(wrong).toEqual([]);
    expect(none.toSorted()).toEqual(files.filter((file) => NONE.some((known) => known.test(file))).toSorted());
  });
});
