import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { asset } from "@tintype/core/asset/table";
import { AppError } from "@tintype/core/kernel";
import type { ByteSource } from "@tintype/core/media";
import { corpus, hasCorpus } from "@tintype/test/corpus";
import { openLibrary, type Library } from "@tintype/test/library";
import type { Act } from "@tintype/test/stuck-video";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mediabunnyTool } from "./video-mediabunny.ts";
import { readMovieHeader } from "./video-mvhd.ts";

/** Bytes read by ranges; counts what was asked for. */
function sourceOf(bytes: Uint8Array): ByteSource & { asked: number } {
  const source = {
    size: bytes.length,
    asked: 0,
    read(start: number, end: number) {
      source.asked += end - start;
      return Promise.resolve(new Uint8Array(bytes.subarray(start, end)));
    },
  };
  return source;
}

const box = (type: string, ...parts: readonly Uint8Array[]): Uint8Array => {
  const size = 8 + parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type, "latin1"), ...parts]);
  bytes.writeUInt32BE(size);
  return bytes;
};

function mvhd(version: 0 | 1, created: number, scale: number, duration: number): Uint8Array {
  const bytes = Buffer.alloc(100);
  bytes[0] = version;
  if (version === 1) {
    bytes.writeBigUInt64BE(BigInt(created), 4);
    bytes.writeUInt32BE(scale, 20);
    bytes.writeBigUInt64BE(BigInt(duration), 24);
  } else {
    bytes.writeUInt32BE(created, 4);
    bytes.writeUInt32BE(scale, 12);
    bytes.writeUInt32BE(duration, 16);
  }
  return box("mvhd", bytes);
}

describe("the movie header", () => {
  const SINCE_1904 = 2_082_844_800 + 1_600_000_000;
  it.each([
    ["of 32 bits", mvhd(0, SINCE_1904, 600, 900), { durationMs: 1500, createdUtc: 1_600_000_000_000 }],
    ["of 64 bits", mvhd(1, SINCE_1904, 600, 900), { durationMs: 1500, createdUtc: 1_600_000_000_000 }],
    ["that counts from 1970", mvhd(0, 1_600_000_000, 600, 900), { durationMs: 1500, createdUtc: 1_600_000_000_000 }],
    ["without a date or a length", mvhd(0, 0, 600, 0), {}],
    ["of unknown length", mvhd(0, 0, 600, 0xffff_ffff), {}],
  ])("%s is read", async (_, header, wanted) => {
    const file = Buffer.concat([box("ftyp", Buffer.from("isom")), box("free", Buffer.alloc(5000)), box("moov", box("free"), header)]);
    const source = sourceOf(file);
    expect(await readMovieHeader(source)).toEqual(wanted);
    expect(source.asked).toBeLessThan(300);
  });

  it.each([
    ["no movie", box("ftyp", Buffer.from("isom"))],
    ["a movie without a header", box("moov", box("trak"))],
    ["a box that is smaller than its own head", Buffer.from("\0\0\0\x04moov", "latin1")],
    ["a header that is cut short", box("moov", box("mvhd", Buffer.alloc(4)))],
    ["nothing", Buffer.alloc(0)],
  ])("of a file with %s is none", async (_, file) => {
    expect(await readMovieHeader(sourceOf(file))).toBeUndefined();
  });
});

describe.skipIf(!hasCorpus)("a video's facts", () => {
  it.each([
    [
      "pairs/train.mov",
      {
        durationMs: 1233,
        width: 1440,
        height: 1080,
        codec: "avc",
        createdAt: "2021-04-10T11:43:59+0100",
        location: "+52.2097-000.8955+103.640/",
        make: "Apple",
        model: "iPhone 6s",
      },
    ],
    [
      "video/PXL_20220724_210650210.NIGHT.mp4",
      {
        durationMs: 1556,
        width: 1920,
        height: 1440,
        codec: "vp9",
        createdUtc: Date.UTC(2022, 6, 24, 21, 10, 56),
        location: "+47.5383-2.8919+000.000/",
      },
    ],
    ["video/rotate-buck-bunny.mp4", { width: 1080, height: 1920, rotation: 90, durationMs: 2005 }],
    ["video/cursed-vfr.mp4", { durationMs: 8726, width: 3026, height: 1386 }],
    ["video/frames.webm", { durationMs: 3333, width: 1080, height: 1080, codec: "vp9" }],
    ["video/video-h265.mp4", { durationMs: 10_000, width: 1920, height: 1080, codec: "hevc" }],
  ])("of %s are read by ranges", async (file, facts) => {
    const source = sourceOf(await readFile(corpus(file)));
    expect(await mediabunnyTool().read(source)).toMatchObject(facts);
  });
});

describe("what goes wrong with a video", () => {
  it("leaves a file without facts when it is none", async () => {
    expect(await mediabunnyTool().read(sourceOf(Buffer.from("Dear diary")))).toBeUndefined();
  });

  const worker = { name: "stuck-video", from: new URL("../../../../test/support/stuck-video.ts", import.meta.url).href };
  const acting = (act: Act): ByteSource => ({ size: act, read: () => Promise.resolve(new Uint8Array(1)) });

  it("is given up after a while of work, after much reading, or after many reads", async () => {
    expect(await mediabunnyTool({ timeoutMs: 500, worker }).read(acting(1))).toBeUndefined();
    expect(await mediabunnyTool({ maxBytes: 4 }).read(sourceOf(Buffer.alloc(1000)))).toBeUndefined();
    expect(await mediabunnyTool({ worker }).read(acting(2))).toBeUndefined();
  });

  it("is not that its store is slow: its facts are read, however long that takes", async () => {
    const file = Buffer.concat([box("ftyp", Buffer.from("isom")), box("moov", mvhd(0, 2_082_844_800 + 1_600_000_000, 600, 900))]);
    const source = sourceOf(file);
    const read = (start: number, end: number) => sleep(400).then(() => source.read(start, end));
    expect(await mediabunnyTool({ timeoutMs: 1000 }).read({ size: file.length, read })).toEqual({
      durationMs: 1500,
      createdUtc: 1_600_000_000_000,
    });
  });

  it("is not that its thread does not start: that is tried again", async () => {
    await expect(mediabunnyTool({ worker }).read(acting(0))).rejects.toMatchObject({ code: "decoder_unavailable" });
  });

  it("in the store is thrown, so that it is tried again", async () => {
    const away = { size: 1000, read: () => Promise.reject(new AppError("storage_unavailable", "away")) };
    await expect(mediabunnyTool().read(away)).rejects.toMatchObject({ code: "storage_unavailable" });
  });
});

describe("the texts of a video", () => {
  const text = (words: string): Buffer => {
    const bytes = Buffer.from(words);
    const head = Buffer.alloc(4);
    head.writeUInt16BE(bytes.length);
    return Buffer.concat([head, bytes]);
  };
  const texts = box("udta", box("\u{A9}mak", text("App\0le")), box("\u{A9}mod", text("\0\0")), box("\u{A9}des", text("At the\0 sea")));
  const file = Buffer.concat([box("ftyp", Buffer.from("isom\0\0\0\0isom")), box("moov", mvhd(0, 1_600_000_000, 600, 900), texts)]);
  let library: Library;
  beforeEach(async () => {
    library = await openLibrary();
  });
  afterEach(() => library.close());

  it("come through ingest into the database, though NULs are in them, which no Postgres holds", async () => {
    expect(await library.ports.video.read(sourceOf(file))).toMatchObject({ make: "App\0le", description: "At the\0 sea" });
    const outcome = await library.ingest(await library.send("sea.mp4", file));
    expect(outcome.kind).toBe("ready");
    expect(await library.system.db.select().from(asset)).toMatchObject([
      { kind: "video", state: "ready", durationMs: 1500, description: "At the sea", exif: { make: "Apple" } },
    ]);
  });
});
