import { readFile } from "node:fs/promises";
import { corpus, hasCorpus } from "@tintype/test/corpus";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { cutToRows, headerOf, primaryImage } from "./image-jpeg.ts";

const picture = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: "#456", noise: { type: "gaussian", mean: 128, sigma: 40 } } })
    .jpeg()
    .toBuffer();

/** A JPEG with an APP2 segment of this text behind its start. */
const withApp2 = (jpeg: Buffer, text: string): Buffer =>
  Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe2, 0, 2 + text.length]), Buffer.from(text, "latin1"), jpeg.subarray(2)]);

describe("the first picture of several", () => {
  it("ends where the next begins", async () => {
    const [first, second] = [withApp2(await picture(60, 40), "MPF\0II*\0"), await picture(30, 20)];
    expect(primaryImage(Buffer.concat([first, second]))).toEqual(first);
  });

  it("is the whole file when there is no other, or when something else stands behind it", async () => {
    const single = await picture(60, 40);
    const several = withApp2(single, "MPF\0II*\0");
    for (const file of [single, several, Buffer.concat([several, Buffer.from("a trailer")]), Buffer.concat([single, single])]) {
      expect(primaryImage(file)).toEqual(file);
    }
  });

  it.skipIf(!hasCorpus)("of an Ultra HDR photo decodes to the same pixels, without the gain map", async () => {
    const file = await readFile(corpus("wide-gamut/Ultra_HDR_Samples_Originals_01.jpg"));
    const first = primaryImage(file);
    expect(file.length - first.length).toBeGreaterThan(50_000);
    const pixels = (bytes: Uint8Array) => sharp(bytes, { ignoreIcc: true, failOn: "warning" }).resize(64).raw().toBuffer();
    expect(Buffer.compare(await pixels(first), await pixels(file))).toBe(0);
  });
});

it("the header of a JPEG ends with its first scan, and of anything else is all of it", async () => {
  const file = await picture(60, 40);
  const header = headerOf(file);
  expect([...header.subarray(-2)]).toEqual([0xff, 0xda]);
  expect(header.length).toBeLessThan(file.length / 2);
  expect(headerOf(new Uint8Array([1, 2, 3]))).toEqual(new Uint8Array([1, 2, 3]));
});

it("a JPEG that was cut is made no higher than the rows that it has, which only restart intervals tell", async () => {
  const plain = await picture(64, 64);
  expect(cutToRows(plain.subarray(0, plain.length / 2))).toEqual(plain.subarray(0, plain.length / 2));
});

it("a segment that claims to be longer than the file does no harm", async () => {
  const file = Buffer.from(await picture(60, 40));
  file.writeUInt16BE(0xffff, 4);
  for (const read of [primaryImage, headerOf, cutToRows]) expect(() => read(file)).not.toThrow();
  for (let length = 0; length < 30; length++) {
    for (const read of [primaryImage, headerOf, cutToRows]) expect(() => read(file.subarray(0, length))).not.toThrow();
  }
});
