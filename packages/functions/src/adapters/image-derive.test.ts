import { readFile } from "node:fs/promises";
import type { Decodable, Derived } from "@tintype/core/media";
import { corpus, hasCorpus } from "@tintype/test/corpus";
import { toldByBytes, toldByPicture } from "@tintype/test/telling";
import sharp, { type Sharp, type SharpOptions } from "sharp";
import { thumbHashToAverageRGBA } from "thumbhash";
import { describe, expect, it } from "vitest";
import { derive, plain as plainCopy } from "./image-derive.ts";

async function derived(bytes: Uint8Array, format: Decodable): Promise<Derived> {
  const made = await derive(bytes, format);
  if ("refused" in made) throw new Error(`was refused: ${made.refused}`);
  return made;
}

const ofCorpus = async (path: string, format: Decodable): Promise<Derived> => derived(await readFile(corpus(path)), format);

/**
 * The picture as a colour-managed viewer shows it, in CIE Lab at `width` × `height`. It is decoded whole first: a decoder's own shrinking is not at
 * issue.
 */
async function labOf(bytes: Uint8Array, width: number, height: number, options: SharpOptions = {}): Promise<Float32Array> {
  const whole = await sharp(bytes, options).autoOrient().toColourspace("srgb").png({ compressionLevel: 0 }).toBuffer();
  const data = await sharp(whole).resize(width, height, { fit: "fill" }).toColourspace("lab").raw({ depth: "float" }).toBuffer();
  return new Float32Array(data.buffer, data.byteOffset, data.length / 4);
}

/** Mean colour difference (CIE 1976 ΔE) of two pictures in Lab. */
function meanDeltaE(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 3) sum += Math.hypot(a[i]! - b[i]!, a[i + 1]! - b[i + 1]!, a[i + 2]! - b[i + 2]!);
  return sum / (a.length / 3);
}

const [RED, BLUE] = [
  { r: 220, g: 20, b: 20 },
  { r: 20, g: 20, b: 220 },
];
const plain = (width: number, height: number, background = RED): Sharp => sharp({ create: { width, height, channels: 3, background } });
const sizeOf = async (bytes: Uint8Array): Promise<[number, number]> => {
  const { width, height } = await sharp(bytes).metadata();
  return [width, height];
};

describe("sizes", () => {
  it.each([
    [4000, 3000, [1920, 1440], [427, 320]],
    [3000, 4000, [1440, 1920], [320, 427]],
    [8000, 1000, [1920, 240], [1280, 160]],
    [100, 75, [100, 75], [100, 75]],
    [1, 1, [1, 1], [1, 1]],
    [2000, 3, [1920, 3], [1280, 2]],
  ])("of %d × %d are a preview of %j and a thumbnail of %j", async (width, height, preview, thumb) => {
    const made = await derived(await plain(width, height).jpeg().toBuffer(), "jpeg");
    expect([made.width, made.height]).toEqual([width, height]);
    expect(await sizeOf(made.preview)).toEqual(preview);
    expect(await sizeOf(made.thumb)).toEqual(thumb);
  });
});

describe.skipIf(!hasCorpus)("orientation", () => {
  it.each(["Landscape", "Portrait"])("1 to 8 of the %s are all the same upright picture", async (name) => {
    const [width, height] = name === "Landscape" ? [90, 60] : [60, 90];
    const upright = await ofCorpus(`orientation/${name}_1.jpg`, "jpeg");
    const like = await labOf(upright.preview, width, height);
    for (let orientation = 2; orientation <= 8; orientation++) {
      const made = await ofCorpus(`orientation/${name}_${orientation}.jpg`, "jpeg");
      expect([made.width, made.height]).toEqual([upright.width, upright.height]);
      expect(meanDeltaE(await labOf(made.preview, width, height), like)).toBeLessThan(2.5);
      expect(meanDeltaE(await labOf(made.thumb, width, height), like)).toBeLessThan(2.5);
      expect((await sharp(made.preview).metadata()).orientation).toBeUndefined();
    }
  });

  it("of a HEIC is applied once: libheif turns it, EXIF does not again", async () => {
    const made = await ofCorpus("phones/iphone16-ios18.heic", "heic");
    expect([made.width, made.height]).toEqual([3024, 4032]);
    expect(await sizeOf(made.preview)).toEqual([1440, 1920]);
  });
});

describe.skipIf(!hasCorpus)("what is made", () => {
  it.each([
    ["phones/IMG_20180725_163423.jpg", "jpeg"],
    ["phones/heic-iphone7.heic", "heic"],
    ["exif/png_with_exif_and_gps.png", "png"],
    ["everyday/formats/webp/denali.webp", "webp"],
    ["exif/tif-with-iptc-icc-xmp.tif", "tiff"],
    ["exif/Irvine_CA.avif", "avif"],
  ] as const)("of %s tells nothing of it: neither thumbnail nor preview, nor the whole picture as a JPEG", async (path, format) => {
    const original = await readFile(corpus(path));
    const { thumb, preview } = await derived(original, format);
    const copy = await plainCopy(original, format);
    if ("refused" in copy) throw new Error(copy.refused);
    for (const made of [thumb, preview, copy.jpeg]) expect([await toldByPicture(made), toldByBytes(made, path)]).toEqual([[], []]);
  });

  it("as a whole JPEG is upright, of the same size and of the same colours", async () => {
    for (const [path, format] of [
      ["orientation/Portrait_6.jpg", "jpeg"],
      ["exif/Irvine_CA.avif", "avif"],
      ["phones/heic-iphone.heic", "heic"],
    ] as const) {
      const original = await readFile(corpus(path));
      const made = await derived(original, format);
      const copy = await plainCopy(original, format);
      if ("refused" in copy) throw new Error(copy.refused);
      expect(await sizeOf(copy.jpeg)).toEqual([made.width, made.height]);
      expect(meanDeltaE(await labOf(copy.jpeg, 48, 48), await labOf(made.preview, 48, 48))).toBeLessThan(1);
    }
  });
});

describe.skipIf(!hasCorpus)("colour", () => {
  it.each([
    ["wide-gamut/Ultra_HDR_Samples_Originals_01.jpg", "jpeg"],
    ["wide-gamut/Ultra_HDR_Samples_Originals_04.jpg", "jpeg"],
    ["pairs/train.jpg", "jpeg"],
    ["exif/BonTonARTSTORplusIPTC.jpg", "jpeg"],
  ] as const)("of %s is what a colour-managed viewer shows of the original", async (path, format) => {
    const original = await readFile(corpus(path));
    const made = await derived(original, format);
    const wanted = await labOf(original, 48, 36);
    expect(meanDeltaE(await labOf(made.preview, 48, 36), wanted)).toBeLessThan(1);
    expect(meanDeltaE(await labOf(made.thumb, 48, 36), wanted)).toBeLessThan(1.5);
  });

  it("of a tiny picture in ProPhoto is right but for the noise of JPEG, and far off without its profile", async () => {
    const original = await readFile(corpus("exif/tif-with-iptc-icc-xmp.tif"));
    const made = await derived(original, "tiff");
    const wanted = await labOf(original, 35, 23);
    expect(meanDeltaE(await labOf(made.preview, 35, 23), wanted)).toBeLessThan(4);
    expect(meanDeltaE(await labOf(made.preview, 35, 23, { ignoreIcc: true }), wanted)).toBeGreaterThan(12);
  });

  it("of a HEIC stays in its own profile", async () => {
    const made = await ofCorpus("phones/heic-iphone.heic", "heic");
    const preview = await sharp(made.preview).metadata();
    expect(Buffer.from(preview.icc!).toString("latin1")).toContain("Display P3");
    expect((await sharp(made.thumb).metadata()).icc?.length).toBe(preview.icc!.length);
  });

  it("in sRGB needs no profile, and one as large as a scanner's is applied instead of carried", async () => {
    for (const path of [
      "camera/aarhus.jpg",
      "exif/issue-metadata-extractor-65.jpg",
      "everyday/metadata/gps-position/thompson-springs.jpg",
    ]) {
      const made = await ofCorpus(path, "jpeg");
      expect([(await sharp(made.preview).metadata()).hasProfile, (await sharp(made.thumb).metadata()).hasProfile]).toEqual([false, false]);
    }
  });
});

describe("formats", () => {
  it.each([
    ["jpeg", plain(60, 40).jpeg()],
    ["png", plain(60, 40).png()],
    ["png", plain(60, 40).png({ palette: true })],
    ["png", plain(60, 40).toColourspace("rgb16").png()],
    ["webp", plain(60, 40).webp()],
    ["webp", plain(60, 40).webp({ lossless: true })],
    ["gif", plain(60, 40).gif()],
    ["tiff", plain(60, 40).tiff()],
    ["tiff", plain(60, 40).toColourspace("rgb16").tiff({ compression: "lzw" })],
    ["jpeg", plain(60, 40).toColourspace("cmyk").jpeg()],
    ["avif", plain(60, 40).avif()],
    ["avif", plain(60, 40).avif({ bitdepth: 10 })],
  ] as const)("%s is decoded to the right colour", async (format, picture) => {
    const made = await derived(await picture.toBuffer(), format);
    expect([made.width, made.height, made.partial]).toEqual([60, 40, false]);
    for (const bytes of [made.preview, made.thumb]) {
      const { channels } = await sharp(bytes).stats();
      expect(channels).toHaveLength(3);
      for (const [i, wanted] of [220, 20, 20].entries()) expect(Math.abs(channels[i]!.mean - wanted)).toBeLessThan(24);
    }
    const average = thumbHashToAverageRGBA(made.thumbhash);
    expect([average.r > 0.7, average.b < 0.3]).toEqual([true, true]);
  });

  it("grey stays grey, and what is transparent lies on white", async () => {
    const grey = await derived(await plain(60, 40, { r: 90, g: 90, b: 90 }).toColourspace("b-w").jpeg().toBuffer(), "jpeg");
    expect((await sharp(grey.preview).stats()).channels.map(({ mean }) => Math.round(mean / 10))).toEqual([9, 9, 9]);
    const clear = sharp({ create: { width: 60, height: 40, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });
    for (const [format, picture] of [
      ["png", clear.clone().png()],
      ["webp", clear.clone().webp()],
      ["avif", clear.clone().avif()],
    ] as const) {
      const made = await derived(await picture.toBuffer(), format);
      expect((await sharp(made.thumb).stats()).channels.map(({ mean }) => Math.round(mean))).toEqual([255, 255, 255]);
    }
  });

  it("of many pages is shown by its first", async () => {
    const pages = await Promise.all([plain(60, 40, BLUE), plain(60, 40)].map((page) => page.png().toBuffer()));
    for (const format of ["gif", "webp", "tiff"] as const) {
      const book = await sharp(pages, { join: { animated: true } })
        .toFormat(format)
        .toBuffer();
      const made = await derived(book, format);
      expect([made.width, made.height]).toEqual([60, 40]);
      const { channels } = await sharp(made.preview).stats();
      expect(channels[2]!.mean).toBeGreaterThan(channels[0]!.mean + 100);
    }
  });
});

describe("bytes that are wrong", () => {
  it.each([
    [
      "an SVG by another name",
      Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>"),
      "jpeg",
    ],
    ["the start of a JPEG", Buffer.from([0xff, 0xd8, 0xff]), "jpeg"],
    ["a PNG by another name", Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), "webp"],
    ["half of a HEIC's header", Buffer.from("\0\0\0\x18ftypheic\0\0\0\0heicmif1", "latin1"), "heic"],
    ["nothing", Buffer.alloc(0), "png"],
  ] as const)("%s are damaged", async (_, bytes, format) => {
    expect(await derive(bytes, format)).toEqual({ refused: "damaged" });
  });

  it("that break off are shown as far as they go, with restart intervals or without", async () => {
    const whole = await sharp({
      create: { width: 1600, height: 1200, channels: 3, background: RED, noise: { type: "gaussian", mean: 128, sigma: 60 } },
    })
      .jpeg({ quality: 90 })
      .toBuffer();
    const made = await derived(whole.subarray(0, whole.length / 2), "jpeg");
    expect([made.partial, made.width, made.height]).toEqual([true, 1600, 1200]);
  });
});

describe.skipIf(!hasCorpus)("bombs", () => {
  it.each([
    ["hostile/bomb60k_1bit.png", "png"],
    ["hostile/sof65500.jpg", "jpeg"],
    ["heic/200MP.heic", "heic"],
  ] as const)("%s is refused by its header", async (path, format) => {
    const start = performance.now();
    expect(await derive(await readFile(corpus(path)), format)).toEqual({ refused: "too_large" });
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it("a cut JPEG with restart intervals is shown down to the last whole row", async () => {
    const made = await ofCorpus("hostile/trunc30.jpg", "jpeg");
    expect([made.partial, made.width, made.height]).toEqual([true, 4032, 1168]);
  });
});
