import { join, latin, viewOf } from "./bytes.ts";
import { orientationIn, tiffWith, withoutMark } from "./orientation.ts";

const SIGNATURE = "\x89PNG\r\n\x1a\n";
/** Length, type and checksum. */
const FRAME = 12;
/** What the picture is made of and how it looks; animations and colours beyond sRGB too. */
const KEPT = words("IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB bKGD pHYs acTL fcTL fdAT cICP mDCV mDCv cLLI cLLi");

/**
 * A PNG of its picture, its colours and its orientation alone, each chunk as it was. Undefined for what is no whole PNG, and for chunks that a
 * picture cannot be read without and that nobody knows.
 */
export function stripPng(png: Uint8Array): Uint8Array | undefined {
  if (latin(png, 0, 8) !== SIGNATURE) return undefined;
  const kept = [png.subarray(0, 8)];
  let orientation = 1;
  for (let at = 8; at + FRAME <= png.length;) {
    const length = viewOf(png).getUint32(at);
    const type = latin(png, at + 4, at + 8);
    const end = at + FRAME + length;
    if (end > png.length) return undefined;
    if (type === "eXIf") orientation = orientationIn(withoutMark(png.subarray(at + 8, end - 4)));
    if (type === "IEND") return join([...kept, ...(orientation > 1 ? [exif(orientation)] : []), chunk("IEND", new Uint8Array())]);
    if (KEPT.has(type)) kept.push(png.subarray(at, end));
    else if (isCritical(type)) return undefined;
    at = end;
  }
  return undefined;
}

function isCritical(type: string): boolean {
  return /^[A-Z]/u.test(type);
}

function exif(orientation: number): Uint8Array {
  return chunk("eXIf", tiffWith(orientation));
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(FRAME + data.length);
  const view = viewOf(out);
  view.setUint32(0, data.length);
  out.set(new TextEncoder().encode(type), 4);
  out.set(data, 8);
  view.setUint32(8 + data.length, crc32(out.subarray(4, 8 + data.length)));
  return out;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  }
  return ~crc >>> 0;
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}
