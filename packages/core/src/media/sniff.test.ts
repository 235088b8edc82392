import { readdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { corpus, hasCorpus } from "@tintype/test/corpus";
import { claimed, sniff, SNIFF_BYTES } from "./sniff.ts";

/** Bytes of Latin-1 text. */
const latin = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.codePointAt(0)!);
const ftyp = (...brands: string[]): Uint8Array =>
  latin(`\0\0\0${String.fromCodePoint(8 + (brands.length + 1) * 4)}ftyp${brands[0]}\0\0\0\0${brands.slice(1).join("")}`);

it.each([
  ["\xff\xd8\xff\xe0", "jpeg"],
  ["\xff\xd8\xff\xfe\0\x1f<script>alert(1)</script>", "jpeg"],
  ["\x89PNG\r\n\x1a\n", "png"],
  ["GIF89a", "gif"],
  ["RIFF\x10\0\0\0WEBPVP8X", "webp"],
  ["RIFF\x10\0\0\0AVI LIST", "avi"],
  ["RIFF\x10\0\0\0WAVEfmt ", "audio"],
  ["FUJIFILMCCD-RAW 0201", "raf"],
  ["IIRO\x08\0\0\0", "orf"],
  ["IIU\0\x18\0\0\0", "rw2"],
  ["\0\0\0\x0cJXL \r\n\x87\n", "jxl"],
  ["\xff\x0a\xfa\x1f", "jxl"],
  ["8BPS\0\x01", "psd"],
  ["\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "webm"],
  ["\x1aE\xdf\xa3\x9fB\x82\x88matroska", "mkv"],
  ["\0\0\x01\xba", "mpeg"],
  ["\0\0\0\x08wide\0\0\0\0mdat", "mov"],
  ["0&\xb2u\x8ef\xcf\x11\xa6\xd9", "wmv"],
  ["%PDF-1.7", "pdf"],
  ["PK\x03\x04", "zip"],
  ["BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x10\0\0\0\x10\0\0\0", "bmp"],
  ["<html><script>alert(1)</script>\x89\xff", "html"],
  ["<!-- a --> <!DOCTYPE html>", "html"],
  ['<?xml version="1.0"?><!DOCTYPE svg SYSTEM "x"><svg/>', "svg"],
  ["<svg xmlns='http://www.w3.org/2000/svg'>", "svg"],
  ['<!DOCTYPE svg [<!ENTITY l0 "lol">]>', "svg"],
  ["<?xpacket begin=''?><x:xmpmeta>", "xml"],
  ["Dear diary,\r\n\ttoday", "text"],
  ["BMW and other cars", "text"],
  ["\xff", "unknown"],
  ["\0\x01\x02", "unknown"],
  ["", "empty"],
])("%j is %s", (bytes, format) => {
  expect(sniff(latin(bytes), "a.jpg").name).toBe(format);
});

it.each([
  [["heic", "mif1", "heic"], "heic"],
  [["mif1", "mif1", "avif"], "avif"],
  [["mif1", "mif1", "heic"], "heic"],
  [["avif", "mif1"], "avif"],
  [["qt  ", "qt  "], "mov"],
  [["isom", "isom", "mp41"], "mp4"],
  [["mp42", "isom"], "mp4"],
  [["3gp5", "isom"], "3gp"],
  [["crx ", "isom"], "cr3"],
  [["M4A ", "isom"], "audio"],
  [["NEW!", "what"], "mp4"],
])("an ISO media file of %j is %s", (brands, format) => {
  expect(sniff(ftyp(...brands), "a").name).toBe(format);
});

const XMP = "<?xpacket begin=''?><x:xmpmeta xmlns:x='adobe:ns:meta/'>";
const AAE = '<?xml version="1.0"?><!DOCTYPE plist PUBLIC "x"><plist version="1.0"><dict><key>adjustmentData</key>';
const TAKEOUT = '{\n  "title": "IMG_1.jpg",\n  "photoTakenTime": {"timestamp": "1"}';

it.each([
  [XMP, "IMG_1.XMP", "xmp", "sidecar"],
  [`\xff\xfe${[...XMP].join("\0")}\0`, "IMG_1.xmp", "xmp", "sidecar"],
  [`\xfe\xff\0${[...XMP].join("\0")}`, "IMG_1.xmp", "xmp", "sidecar"],
  [XMP, "IMG_1.txt", "xml", "other"],
  [AAE, "IMG_1.AAE", "aae", "sidecar"],
  [AAE, "IMG_1.xmp", "xml", "other"],
  [TAKEOUT, "IMG_1.jpg.supplemental-metadata.json", "takeout", "sidecar"],
  ['{"title": "Lake", "access": "protected", "date": {}}', "metadata.json", "takeout", "sidecar"],
  ['{"name": "a", "version": "1"}', "package.json", "text", "other"],
  ["photoTakenTime", "a.json", "text", "other"],
  ["\xff\xd8\xff\xe0", "IMG_1.xmp", "jpeg", "photo"],
])("%j as %s is %s, a %s", (bytes, name, format, kind) => {
  expect(sniff(latin(bytes), name)).toMatchObject({ name: format, kind });
});

it("a name claims a format by its extension, and says nothing by an unknown one", () => {
  expect(claimed("A.JPG")?.label).toBe("a JPEG");
  expect(claimed("a.heif")?.name).toBe("heic");
  expect(claimed("notes.txt")?.kind).toBe("other");
  expect(claimed("a.constructor")).toBeUndefined();
  expect(claimed("a")).toBeUndefined();
});

it("any start of any file is told without an error", () => {
  for (const start of ["\xff\xd8\xff\xe0\0\x10JFIF", "II*\0\x08\0\0\0\x01\0", "\0\0\0\x20ftypheic\0\0\0\0mif1", "BM6", "<svg"]) {
    for (let length = 0; length <= start.length; length++) expect(() => sniff(latin(start.slice(0, length)), "a.nef")).not.toThrow();
  }
});

describe.skipIf(!hasCorpus)("of the corpus", () => {
  it("every camera's RAW is RAW, although it is a TIFF inside", async () => {
    const names = (await readdir(corpus("camera"))).filter((name) => /\.(?:arw|cr2|dng|nef|pef)$/u.test(name));
    for (const name of names) {
      const head = (await readFile(corpus(`camera/${name}`))).subarray(0, SNIFF_BYTES);
      expect([sniff(head, name).name, sniff(head, "renamed.tif").name]).toEqual([name.split(".").at(-1), name.split(".").at(-1)]);
    }
    expect(names.length).toBe(5);
  });

  it("every other file is what its extension says, but for the renamed ones", async () => {
    const folders = ["camera", "everyday", "exif", "faces", "heic", "motion", "orientation", "pairs", "phones", "video", "wide-gamut"];
    const wrong: string[] = [];
    for (const folder of folders) {
      for (const name of await readdir(corpus(folder), { recursive: true })) {
        const claim = claimed(name);
        if (!claim) continue;
        const found = sniff((await readFile(corpus(`${folder}/${name}`))).subarray(0, SNIFF_BYTES), name);
        if (found.name !== claim.name) wrong.push(`${name} is ${found.name}`);
      }
    }
    expect(wrong.toSorted()).toEqual(["empty.heic is empty", "normalphoto.jpg is png"]);
  });
});
