import { readFileSync } from "node:fs";
import ExifReader, { type ExpandedTags } from "exifreader";
import { corpus } from "./corpus.ts";

/** Groups of exifreader's that tell how a picture is built and coloured. */
const BUILD: ReadonlySet<string> = new Set(["file", "jfif", "icc", "png", "pngFile", "riff", "gif", "Thumbnail"]);
/** Of PNG and EXIF these are kept: without them it would look otherwise. */
const LOOKS: ReadonlySet<string> = new Set(["Orientation"]);
/** What no file that tells nothing has in it, wherever. */
const MARKS = [
  "Photoshop 3.0",
  "http://ns.adobe.com",
  "<x:xmpmeta",
  "<rdf:",
  "com.apple",
  "Apple iOS",
  "MPF\0",
  "MotionPhoto",
  "\u00a9xyz",
  "GPSLatitude",
];
const WORDS = /^(?:IFD\d|ExifIFD|GPS|IPTC|XMP-|Canon|Sony|Apple|Nikon|FLIR|Google|Keys|ItemList|Pentax|QuickTime|PNG|Composite)/u;
/** Values that a picture's own profile or codec has, too. */
const COMMON =
  /^(?:sRGB|Adobe|Apple|Canon|Google|Nikon|Sony|RGB|Color|image\/|vide|soun|isom|mp42|qt {2}|avc1|hvc1|hev1|hdlr|[\d.:\s+-]{0,9}$)/iu;

/** What a stripped picture still tells, one line each; none when it tells nothing. */
export async function toldByPicture(bytes: Uint8Array): Promise<string[]> {
  // exifreader refuses a WebP that has nothing but its picture.
  if (/^WEBPVP8[ L]$/u.test(String.fromCodePoint(...bytes.subarray(8, 16)))) return [];
  const tags: ExpandedTags = await ExifReader.load(Uint8Array.from(bytes).buffer, { expanded: true, async: true, includeUnknown: true });
  return Object.entries(tags).flatMap(([group, found]) => {
    if (BUILD.has(group) || found === undefined) return [];
    return Object.keys(found as object)
      .filter((name) => !LOOKS.has(name))
      .map((name) => `${group}.${name}`);
  });
}

/** The marks of metadata that are in these bytes, and the values that exiftool found in the original `file` of the corpus. */
export function toldByBytes(bytes: Uint8Array, file: string): string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [...MARKS, ...valuesOf(file)].filter((value) => text.includes(value, 0, "latin1") || text.includes(value, 0, "utf8"));
}

let truth: Map<string, string[]> | undefined;

function valuesOf(file: string): string[] {
  truth ??= new Map(
    readFileSync(corpus("truth.jsonl"), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .map((tags) => [String(tags["file"]), textsOf(tags)]),
  );
  return truth.get(file) ?? [];
}

function textsOf(tags: Record<string, unknown>): string[] {
  const texts = Object.entries(tags).flatMap(([name, value]) => (WORDS.test(name) ? [value].flat() : []));
  return texts.filter((value): value is string => typeof value === "string" && value.length >= 5 && !COMMON.test(value));
}
