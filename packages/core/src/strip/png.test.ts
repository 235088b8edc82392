import { spelled } from "@tintype/test/spelled";
import { expect, it } from "vitest";
import { stripPng } from "./png.ts";
import { tiffWith } from "./orientation.ts";

const START = "\x89PNG\r\n\x1a\n";
const chunk = (type: string, content: string | Uint8Array = ""): Uint8Array => spelled([0, 0, 0, content.length], type, content, "csum");
const END = [0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82];

it("of a PNG the picture, its colours and its animation stay; words, times, EXIF and the unknown go, and what is behind the end", () => {
  const kept = ["IHDR", "iCCP", "gAMA", "acTL", "fcTL", "IDAT", "fdAT"];
  const gone = ["tEXt", "zTXt", "iTXt", "tIME", "eXIf", "dSIG", "caNv"];
  const png = spelled(START, ...kept.map((type) => chunk(type, "x")), ...gone.map((type) => chunk(type, "secret")), chunk("IEND"), "tail");
  expect(stripPng(png)).toEqual(spelled(START, ...kept.map((type) => chunk(type, "x")), END));
});

it("its orientation stays, in an EXIF of its own with the right checksum", () => {
  const png = spelled(
    START,
    chunk("IHDR"),
    chunk("eXIf", spelled("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0")),
    chunk("IEND"),
  );
  const exif = spelled([0, 0, 0, 26], "eXIf", tiffWith(6), [0x99, 0x7d, 0x2b, 0x0d]);
  const stripped = stripPng(png)!;
  expect([...stripped].slice(20, -16)).toEqual([...exif].slice(0, -4));
  expect(stripPng(stripped)).toEqual(stripped);
});

it("one that breaks off, or needs what nobody knows, is refused", () => {
  expect(stripPng(spelled(START, chunk("IHDR")))).toBeUndefined();
  expect(stripPng(spelled(START, [255, 255, 255, 255], "IDATxxxx"))).toBeUndefined();
  expect(stripPng(spelled(START, chunk("CgBI"), chunk("IEND")))).toBeUndefined();
  expect(stripPng(spelled("GIF89a"))).toBeUndefined();
});
