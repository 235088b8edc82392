/*
 * Colour profiles are put into finished files instead of being converted: a conversion of every pixel costs more than decoding
 * does, and browsers colour-manage anyway. JPEG: APP2 segments (ICC.1:2010, annex B.4); WebP: an ICCP chunk behind a VP8X header.
 */

const CHUNK = 65_519;
const APP2_HEADER = 18;
const MARKER = "ICC_PROFILE\0";
const ICC_FLAG = 0x20;
const ALPHA_FLAG = 0x10;

/** A JPEG with `profile` as its colour profile. `jpeg` has none yet. */
export function jpegWithProfile(jpeg: Uint8Array, profile: Uint8Array): Uint8Array {
  const count = Math.ceil(profile.length / CHUNK);
  const segments = Array.from({ length: count }, (_, i) => {
    const part = profile.subarray(i * CHUNK, (i + 1) * CHUNK);
    const segment = Buffer.alloc(APP2_HEADER + part.length);
    segment.writeUInt16BE(0xffe2, 0);
    segment.writeUInt16BE(segment.length - 2, 2);
    segment.write(MARKER, 4, "latin1");
    segment[16] = i + 1;
    segment[17] = count;
    segment.set(part, APP2_HEADER);
    return segment;
  });
  // JFIF's APP0, where there is one, has to stay the first segment.
  const start = jpeg[2] === 0xff && jpeg[3] === 0xe0 ? 4 + ((jpeg[4]! << 8) | jpeg[5]!) : 2;
  return Buffer.concat([jpeg.subarray(0, start), ...segments, jpeg.subarray(start)]);
}

/** A WebP of `width` × `height` with `profile` as its colour profile. `webp` is a simple file (VP8 or VP8L) without one. */
export function webpWithProfile(webp: Uint8Array, profile: Uint8Array, { width, height }: { width: number; height: number }): Uint8Array {
  const source = Buffer.from(webp.buffer, webp.byteOffset, webp.byteLength);
  const isLossless = source.toString("latin1", 12, 16) === "VP8L";
  const hasAlpha = isLossless && (source[24]! & ICC_FLAG) !== 0 ? ALPHA_FLAG : 0;
  const header = Buffer.alloc(18);
  header.write("VP8X", 0, "latin1");
  header.writeUInt32LE(10, 4);
  header[8] = ICC_FLAG | hasAlpha;
  header.writeUIntLE(width - 1, 12, 3);
  header.writeUIntLE(height - 1, 15, 3);
  const icc = Buffer.alloc(8 + profile.length + (profile.length % 2));
  icc.write("ICCP", 0, "latin1");
  icc.writeUInt32LE(profile.length, 4);
  icc.set(profile, 8);
  const riff = Buffer.from(source.subarray(0, 12));
  const body = source.subarray(12);
  riff.writeUInt32LE(4 + header.length + icc.length + body.length, 4);
  return Buffer.concat([riff, header, icc, body]);
}

/** True for the profiles that say, under one of its usual names, what a picture without a profile is in anyway. */
export function isSrgb(profile: Uint8Array): boolean {
  return /^(?:sRGB|c2|sRGB built-in|sRGB IEC61966-2\.1|sRGB v1\.31 \(Canon\)|Nikon sRGB [\d.]+)$/u.test(descriptionOf(profile));
}

/** The text of a profile's `desc` tag (ICC.1:2010, 7.3 and 10.13; version 2's textDescriptionType); empty when there is none. */
function descriptionOf(profile: Uint8Array): string {
  const icc = Buffer.from(profile.buffer, profile.byteOffset, profile.byteLength);
  if (icc.length < 132) return "";
  const tags = Math.min(icc.readUInt32BE(128), Math.floor((icc.length - 132) / 12));
  const tag = Array.from({ length: tags }, (_, i) => 132 + i * 12).find((at) => icc.toString("latin1", at, at + 4) === "desc");
  const at = tag === undefined ? icc.length : icc.readUInt32BE(tag + 4);
  if (at + 28 > icc.length) return "";
  if (icc.toString("latin1", at, at + 4) === "desc") {
    return icc.toString("latin1", at + 12, at + 11 + icc.readUInt32BE(at + 8)).replaceAll("\0", "");
  }
  const start = at + icc.readUInt32BE(at + 24);
  const text = Buffer.from(icc.subarray(start, start + (icc.readUInt32BE(at + 20) & ~1)));
  return text.length % 2 === 0 ? text.swap16().toString("utf16le").replaceAll("\0", "") : "";
}
