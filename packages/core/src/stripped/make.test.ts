import { readFile } from "node:fs/promises";
import { asset } from "#asset/table";
import { derivedPrefix } from "#storage";
import { corpus, hasCorpus } from "@tintype/test/corpus";
import { plainPicture } from "@tintype/test/picture";
import { useSharedLibrary } from "@tintype/test/shared-link";
import { toldByBytes, toldByPicture } from "@tintype/test/telling";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { copies } from "./copy.ts";
import { make as makeCopy } from "./make.ts";

const here = useSharedLibrary();
const make = (assetId: string) => makeCopy(here().system, here().library.ports, { assetId });
const inStore = async (id: string) => (await here().system.store.list(derivedPrefix(id))).objects.map(({ key }) => key);
const bytesAt = async (key: string) => new Uint8Array(await new Response(await here().system.store.get(key)).arrayBuffer());

describe.skipIf(!hasCorpus)("the copy that tells nothing", () => {
  it.each([
    ["exif/IMG_20180725_163423-tiny.jpg", "image/jpeg"],
    ["phones/heic-iphone7.heic", "image/jpeg"],
    ["pairs/train.mov", "video/quicktime"],
  ])("of %s is not there when it is first asked for, is made as %s, and is there then", async (path, type) => {
    const row = await here().add(await readFile(corpus(path)), path.split("/")[1]!);
    expect(await copies(here().guest, here().album, [row])).toEqual(new Map());
    expect(await here().asked()).toContain(row.id);
    await make(row.id);
    const copy = (await copies(here().guest, here().album, [row])).get(row.id);
    expect(copy).toMatchObject({ type, key: expect.stringMatching(/\/stripped-1-[0-9a-f]{8}\./u) });
    const bytes = await bytesAt(copy!.key);
    expect([bytes.length, toldByBytes(bytes, path)]).toEqual([copy!.size, []]);
    if (type === "image/jpeg") expect(await toldByPicture(bytes)).toEqual([]);
  });

  it("of a video of many parts is written part by part, and is what it would be in one", async () => {
    const video = await readFile(corpus("video/PXL_20220724_210650210.NIGHT.mp4"));
    const free = Buffer.alloc(40 * 1024 * 1024, "secret ");
    free.writeUInt32BE(free.length, 0);
    free.write("free", 4, "latin1");
    const row = await here().add(Buffer.concat([video, free]), "long.mp4");
    await make(row.id);
    const copy = (await copies(here().guest, here().album, [row])).get(row.id)!;
    const bytes = Buffer.from((await bytesAt(copy.key)).buffer);
    expect([bytes.length, bytes.includes("secret")]).toEqual([video.length + free.length, false]);
    const mdat = video.indexOf("mdat");
    expect(bytes.subarray(mdat + 4, mdat + 50_000).equals(video.subarray(mdat + 4, mdat + 50_000))).toBe(true);
    const source = { size: bytes.length, read: async (from: number, to: number) => bytes.subarray(from, to) };
    expect(await here().library.ports.video.read(source)).toMatchObject({ width: 1920, height: 1440, durationMs: 1556 });
  });

  it("cannot be made of everything, and that is remembered", async () => {
    const row = await here().add(new TextEncoder().encode("no picture"), "a.txt");
    await make(row.id);
    expect((await copies(here().guest, here().album, [row])).get(row.id)).toBeNull();
  });

  it("is another one for other bytes, and the one before is removed", async () => {
    const row = await here().add(await readFile(corpus("exif/issue-exifr-4.jpg")), "a.jpg");
    await make(row.id);
    const [before] = await inStore(row.id);
    const bytes = await readFile(corpus("exif/noexif.jpg"));
    const { etag } = await here().system.store.put(row.key, bytes, { type: "image/jpeg" });
    const sha256 = crypto.getRandomValues(new Uint8Array(32));
    await here().system.db.update(asset).set({ sha256, etag, size: bytes.length }).where(eq(asset.id, row.id));
    expect(await copies(here().guest, here().album, [{ ...row, sha256 }])).toEqual(new Map());
    await make(row.id);
    const now = await inStore(row.id);
    expect([now.length, now.includes(before!)]).toEqual([1, false]);
  });
});

describe("of what goes for good", () => {
  const doom = (id: string) => here().system.db.update(asset).set({ trashedAt: new Date(), purgedAt: new Date() }).where(eq(asset.id, id));

  it("no copy is made", async () => {
    const row = await here().add(await plainPicture(11), "a.jpg");
    await doom(row.id);
    await make(row.id);
    expect(await inStore(row.id)).toEqual([]);
  });

  it("a copy is removed again when that was decided while it was made", async () => {
    const row = await here().add(await plainPicture(12), "a.jpg");
    const { system, library } = here();
    const put: typeof system.store.put = async (...given) => {
      const made = await system.store.put(...given);
      await doom(row.id);
      return made;
    };
    await makeCopy({ ...system, store: { ...system.store, put } }, library.ports, { assetId: row.id });
    expect(await inStore(row.id)).toEqual([]);
  });
});
