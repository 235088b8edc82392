import { expect, it } from "vitest";
import { sniffTiff } from "./tiff.ts";

/** A TIFF with one directory of SHORT, LONG or ASCII entries; texts stand at the end. */
function tiff(tags: readonly (readonly [tag: number, value: number | string])[], { big = false, at = 8 } = {}): Uint8Array {
  const bytes = new Uint8Array(at + 2 + tags.length * 12 + 4 + 64);
  const view = new DataView(bytes.buffer);
  bytes.set(big ? [0x4d, 0x4d, 0, 0x2a] : [0x49, 0x49, 0x2a, 0]);
  view.setUint32(4, at, !big);
  view.setUint16(at, tags.length, !big);
  for (const [i, [tag, value]] of tags.entries()) {
    const entry = at + 2 + i * 12;
    const isText = typeof value === "string";
    const text = bytes.length - 64;
    view.setUint16(entry, tag, !big);
    view.setUint16(entry + 2, isText ? 2 : 4, !big);
    view.setUint32(entry + 4, isText ? value.length : 1, !big);
    view.setUint32(entry + 8, isText ? text : value, !big);
    if (isText) bytes.set(new TextEncoder().encode(value), text);
  }
  return bytes;
}

it.each([
  ["a plain TIFF", tiff([[262, 2]]), "tiff"],
  ["a big-endian TIFF", tiff([[262, 2]], { big: true }), "tiff"],
  [
    "a TIFF that a Nikon program saved",
    tiff([
      [262, 2],
      [271, "NIKON CORPORATION"],
    ]),
    "tiff",
  ],
  [
    "a DNG by its version",
    tiff([
      [254, 1],
      [330, 8],
      [50706, 0x0401],
    ]),
    "dng",
  ],
  [
    "a Nikon's thumbnail with sub-directories",
    tiff(
      [
        [254, 1],
        [271, "NIKON CORPORATION"],
        [330, 8],
      ],
      { big: true },
    ),
    "nef",
  ],
  [
    "a Sony's thumbnail with sub-directories",
    tiff([
      [254, 1],
      [271, "SONY"],
      [330, 8],
    ]),
    "arw",
  ],
  [
    "a Pentax's sensor data",
    tiff(
      [
        [262, 32803],
        [271, "RICOH IMAGING"],
      ],
      { big: true },
    ),
    "pef",
  ],
  [
    "another maker's sensor data",
    tiff([
      [262, 34892],
      [271, "Phase One"],
    ]),
    "raw",
  ],
  [
    "a TIFF with pages but no thumbnail",
    tiff([
      [254, 0],
      [330, 8],
    ]),
    "tiff",
  ],
])("%s is %3$s", (_, bytes, format) => {
  expect(sniffTiff(bytes, "a")).toBe(format);
});

it("a Canon CR2 says so behind the header", () => {
  const bytes = tiff([[262, 2]], { at: 16 });
  bytes.set([0x43, 0x52, 2, 0], 8);
  expect(sniffTiff(bytes, "a.jpg")).toBe("cr2");
});

it("where the directory is out of sight the name decides, but only for what is a TIFF inside", () => {
  const far = tiff([], { at: 8 });
  new DataView(far.buffer).setUint32(4, 677_442, true);
  expect(sniffTiff(far, "IMG_1.NEF")).toBe("nef");
  expect(sniffTiff(far, "IMG_1.3fr")).toBe("raw");
  expect(sniffTiff(far, "scan.tif")).toBe("tiff");
  expect(sniffTiff(new TextEncoder().encode("II, he said"), "a.nef")).toBeUndefined();
});

it("a directory that is cut short or points nowhere does no harm", () => {
  const bytes = tiff([
    [254, 1],
    [271, "SONY"],
    [330, 8],
  ]);
  for (let length = 0; length < bytes.length; length++) expect(() => sniffTiff(bytes.subarray(0, length), "a")).not.toThrow();
  expect(sniffTiff(bytes.subarray(0, 20), "a")).toBe("tiff");
});
