import { expect, test } from "vitest";
import { dimensionsOf } from "./dimensions.ts";

function bytes(...parts: (string | number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...part].map((c) => c.codePointAt(0) ?? 0) : part)));
}

const app1 = [0xff, 0xe1, 0, 6, 1, 2, 3, 4];
const huffman = [0xff, 0xc4, 0, 4, 9, 9];
const frame = [0xff, 0xc2, 0, 11, 8, 0x0b, 0xb8, 0x0f, 0xa0, 1];

test.each([
  ["a progressive JPEG behind EXIF and a table", bytes([0xff, 0xd8], app1, huffman, frame), { width: 4000, height: 3000 }],
  ["a JPEG with fill bytes", bytes([0xff, 0xd8, 0xff, 0xff, 0xff], frame.slice(1)), { width: 4000, height: 3000 }],
  ["a PNG", bytes([0x89], "PNG\r\n\u001a\n", [0, 0, 0, 13], "IHDR", [0, 0, 1, 0, 0, 0, 2, 0]), { width: 256, height: 512 }],
  ["a GIF", bytes("GIF89a", [0x40, 1, 0xf0, 0]), { width: 320, height: 240 }],
  [
    "an extended WebP",
    bytes("RIFF", [0, 0, 0, 0], "WEBPVP8X", [10, 0, 0, 0, 0, 0, 0, 0, 0xff, 1, 0, 0xff, 0, 0]),
    { width: 512, height: 256 },
  ],
  [
    "a lossy WebP",
    bytes("RIFF", [0, 0, 0, 0], "WEBPVP8 ", [0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 0x40, 1, 0xf0, 0]),
    { width: 320, height: 240 },
  ],
  ["a lossless WebP", bytes("RIFF", [0, 0, 0, 0], "WEBPVP8L", [0, 0, 0, 0, 0x2f, 0x3f, 0xc1, 0x3b, 0]), { width: 320, height: 240 }],
  ["a JPEG cut short in a segment", bytes([0xff, 0xd8], app1, [0xff, 0xc0, 0]), undefined],
  ["a text", bytes("hello, this is no picture"), undefined],
  ["nothing", bytes(), undefined],
])("reads %s", (_, input, dimensions) => {
  expect(dimensionsOf(input)).toEqual(dimensions);
});
