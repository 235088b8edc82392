import { readFileSync } from "node:fs";
import { corpus, hasCorpus } from "@tintype/test/corpus";
import { toldByBytes, toldByPicture } from "@tintype/test/telling";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stripPicture } from "./strip.ts";

const file = (path: string): Uint8Array => new Uint8Array(readFileSync(corpus(path)));

describe.skipIf(!hasCorpus)("of real files", () => {
  const PICTURES = [
    ["jpeg", "exif/IMG_20180725_163423-tiny.jpg"],
    ["jpeg", "camera/hugo-issue-8996.jpg"],
    ["jpeg", "motion/pixel_8.jpg"],
    ["jpeg", "exif/BonTonARTSTORplusIPTC.jpg"],
    ["png", "exif/png_with_exif_and_gps.png"],
    ["png", "exif/IMG_20180725_163423-2.png"],
    ["webp", "everyday/formats/webp/denali.webp"],
  ] as const;

  it.each(PICTURES)("%s %s tells nothing any more, and told something before", async (format, path) => {
    const original = file(path);
    const kept = stripPicture(original, format)!;
    expect(await toldByPicture(original)).not.toEqual([]);
    expect([await toldByPicture(kept), toldByBytes(kept, path)]).toEqual([[], []]);
    expect(Buffer.compare(stripPicture(kept, format)!, kept)).toBe(0);
  });

  it("however they are damaged, nothing throws, nothing is endless, and nothing grows", () => {
    const originals = [...PICTURES.slice(4), ["jpeg", "exif/issue-exifr-4.jpg"] as const].map(([format, path]) => ({
      format,
      bytes: file(path).subarray(0, 40_000),
    }));
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 });
    fc.assert(
      fc.property(fc.constantFrom(...originals), damage, fc.nat(), ({ format, bytes }, changes, cut) => {
        const broken = bytes.slice(0, cut % 3 === 0 ? cut % bytes.length : bytes.length);
        for (const [at, value] of changes) if (broken.length > 0) broken[at % Math.min(broken.length, 2000)] = value;
        const kept = stripPicture(broken, format);
        return kept === undefined || kept.length <= broken.length + 100;
      }),
      { numRuns: 600 },
    );
  });
});
