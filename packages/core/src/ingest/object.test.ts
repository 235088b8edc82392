import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { headOf, type ObjectHead } from "#storage";
import { nodeHasher } from "@tintype/test/ingest";
import { useStore } from "@tintype/test/store";
import { describe, expect, it } from "vitest";
import { END_BYTES, sourceOf, START_BYTES } from "#media";
import { readAgain, readHashed, release } from "./object.ts";

const store = useStore();
const JPEG = [0xff, 0xd8, 0xff, 0xe0];
const MP4 = [0, 0, 0, 16, 0x66, 0x74, 0x79, 0x70, 0x69, 0x73, 0x6f, 0x6d, 0, 0, 0, 0];

/** An object of `size` bytes that begins so and goes on with a pattern. */
async function stored(key: string, start: readonly number[], size: number): Promise<{ head: ObjectHead; bytes: Uint8Array }> {
  const bytes = Uint8Array.from({ length: size }, (_, i) => start[i] ?? (i * 7) % 251);
  await store().put(key, bytes, { type: "application/octet-stream" });
  const head = await headOf(store(), key);
  if (!head) throw new Error("was not stored");
  return { head, bytes };
}

describe("reading once", () => {
  it.each([0, 1, 4, 65_535, 65_536, 65_537, 200_000])("hashes %d bytes and keeps them when they are a photo", async (size) => {
    const { head, bytes } = await stored(`photo-${size}`, JPEG, size);
    const read = await readHashed({ store: store() }, nodeHasher, head, "a.jpg");
    expect(read).toMatchObject({ size, sha256: sha256(bytes), sha1: sha1(bytes) });
    expect(read.format.kind).toBe(size < 4 ? "other" : "photo");
    if (size >= 4) expect(read.bytes).toEqual(bytes);
    else expect(read.bytes).toBeUndefined();
  });

  it("uses the memory of photos that were given back, and no other", async () => {
    const [first, second] = [await stored("memory-1", JPEG, 300_000), await stored("memory-2", [...JPEG, 9], 200_000)];
    const read = await readHashed({ store: store() }, nodeHasher, first.head, "a.jpg");
    const other = await readHashed({ store: store() }, nodeHasher, second.head, "b.jpg");
    expect(read.bytes).toEqual(first.bytes);
    expect(read.bytes!.buffer).not.toBe(other.bytes!.buffer);
    release(read);
    const again = await readHashed({ store: store() }, nodeHasher, second.head, "b.jpg");
    expect(again.bytes!.buffer).toBe(read.bytes!.buffer);
    expect([again.bytes, other.bytes]).toEqual([second.bytes, second.bytes]);
  });

  const BOTH = START_BYTES + END_BYTES;
  const endsOf = (size: number) => [
    [0, START_BYTES],
    [size - END_BYTES, size],
  ];

  it.each([16, 65_536, 300_000, START_BYTES + 1, BOTH, BOTH + 1, BOTH + 70_000, 3_500_000])(
    "keeps start and end alone of a video of %d bytes",
    async (size) => {
      const { head, bytes } = await stored(`video-${size}`, MP4, size);
      const read = await readHashed({ store: store() }, nodeHasher, head, "a.mp4");
      expect(read.bytes).toBeUndefined();
      const spans = size <= BOTH ? [[0, size]] : endsOf(size);
      expect(read.known.map(({ at, bytes: kept }) => [at, at + kept.length])).toEqual(spans);
      for (const { at, bytes: kept } of read.known) expect(Buffer.compare(kept, bytes.subarray(at, at + kept.length))).toBe(0);
      expect(read.sha256).toEqual(sha256(bytes));
      release(read);
    },
  );

  it("keeps the start alone of a RAW file", async () => {
    const { head, bytes } = await stored("raw", [0x49, 0x49, 0x2a, 0, 16, 0, 0, 0, 0x43, 0x52, 2, 0], 3_000_000);
    const read = await readHashed({ store: store() }, nodeHasher, head, "a.cr2");
    expect(read.known.map(({ at }) => at)).toEqual([0]);
    expect(Buffer.compare(read.known[0]!.bytes, bytes.subarray(0, START_BYTES))).toBe(0);
  });

  it("reads the body of an object that was opened, asks for nothing else, and tells its MD5 where that is wanted", async () => {
    const { head, bytes } = await stored("opened", JPEG, 200_000);
    const { head: told, body } = await store().open("opened");
    expect(told).toEqual({ ...head, lastModified: head.lastModified });
    await store().remove(["opened"]);
    const read = await readHashed({ store: store() }, nodeHasher, told, "a.jpg", { body, md5: true });
    expect(read).toMatchObject({ size: 200_000, sha256: sha256(bytes), md5: md5(bytes) });
    expect(read.bytes).toEqual(bytes);
  });

  it("is of one version: it tells when the object was overwritten, or is gone", async () => {
    const { head } = await stored("changing", JPEG, 100);
    await stored("changing", JPEG, 200);
    await expect(readHashed({ store: store() }, nodeHasher, head, "a.jpg")).rejects.toMatchObject({ code: "stale" });
    await store().remove(["changing"]);
    await expect(readHashed({ store: store() }, nodeHasher, head, "a.jpg")).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("reading again", () => {
  it.each([4, 65_536, 200_000])("gives the same content of a photo of %d bytes", async (size) => {
    const { head, bytes } = await stored(`again-${size}`, JPEG, size);
    const content = await readAgain({ store: store() }, head, "a.jpg");
    expect(content.format.name).toBe("jpeg");
    expect(content.bytes).toEqual(bytes);
  });

  it("reads no more than the start of anything else", async () => {
    const { head } = await stored("again-video", MP4, 300_000);
    expect(await readAgain({ store: store() }, head, "a.mp4")).toMatchObject({ format: { name: "mp4" }, bytes: undefined });
    const empty = await stored("again-empty", [], 0);
    expect((await readAgain({ store: store() }, empty.head, "a.jpg")).format.name).toBe("empty");
  });
});

it("a source asks for nothing that is known of the start", async () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
  const gone = { key: "known-and-gone", size: 2000, etag: "e" };
  const source = sourceOf({ store: store() }, gone, [{ at: 0, bytes }]);
  expect(await source.read(0, 1000)).toEqual(bytes);
  expect(await source.read(990, 1000)).toEqual(bytes.subarray(990));
  await expect(source.read(990, 1001)).rejects.toMatchObject({ code: "not_found" });
});

it("a source reads ranges, cut at the end, of one version", async () => {
  const { head, bytes } = await stored("ranges", JPEG, 1000);
  const source = sourceOf({ store: store() }, head);
  expect(await source.read(10, 20)).toEqual(bytes.subarray(10, 20));
  expect(await source.read(990, 2000)).toEqual(bytes.subarray(990));
  expect(await source.read(1000, 1001)).toEqual(new Uint8Array());
  await stored("ranges", JPEG, 1001);
  await expect(source.read(0, 10)).rejects.toMatchObject({ code: "stale" });
});
