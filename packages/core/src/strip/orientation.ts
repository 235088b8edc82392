import { latin, viewOf } from "./bytes.ts";

const TAG = 0x0112;
const SHORT = 3;
const ENTRY = 12;

/** EXIF's orientation (1 to 8) in a TIFF structure; 1 where it tells none, or nonsense. */
export function orientationIn(tiff: Uint8Array): number {
  const mark = latin(tiff, 0, 4);
  const little = mark === "II*\0";
  if (tiff.length < 8 || (!little && mark !== "MM\0*")) return 1;
  const view = viewOf(tiff);
  const start = view.getUint32(4, little);
  if (start + 2 > tiff.length) return 1;
  const entries = view.getUint16(start, little);
  for (let i = 0, at = start + 2; i < entries && at + ENTRY <= tiff.length; i++, at += ENTRY) {
    if (view.getUint16(at, little) !== TAG || view.getUint16(at + 2, little) !== SHORT) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** A TIFF structure that tells this orientation and nothing else. */
export function tiffWith(orientation: number): Uint8Array {
  const tiff = new Uint8Array(26);
  // The header, and a directory of one entry.
  tiff.set([0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8, 0, 1, TAG >> 8, TAG & 0xff, 0, SHORT, 0, 0, 0, 1, 0, orientation]);
  return tiff;
}

/** Some writers put the name that EXIF has in a JPEG before it elsewhere too. */
export function withoutMark(exif: Uint8Array): Uint8Array {
  return latin(exif, 0, 6) === "Exif\0\0" ? exif.subarray(6) : exif;
}
