import type { Decodable, Derived, Refusal } from "@tintype/core/media";
import sharp, { type Metadata, type Sharp, type SharpOptions } from "sharp";
import { rgbaToThumbHash } from "thumbhash";
import { DecoderBroken, heifDecoder, type HeifDecoder } from "./image-heif.ts";
import { isSrgb, jpegWithProfile, webpWithProfile } from "./image-icc.ts";
import { cutToRows, primaryImage } from "./image-jpeg.ts";

const libheif = heifDecoder();

const PREVIEW = 1920;
const THUMB_SHORT = 320;
const THUMB_LONG = 1280;
const THUMBHASH = 100;
const QUALITY = 80;
/** Of a copy that stands for the original. */
const PLAIN_QUALITY = 92;
const SECONDS = 20;
const WHITE = "#ffffff";
/** Profiles above this are tables of scanners and printers: they would outweigh the pictures, so they are applied. */
const PROFILE_BYTES = 4096;
/** ITU-T H.273 colour primaries of Display P3. */
const P3 = 12;

/** Most pixels by what a decoder holds in memory at once, measured: a few rows, the whole picture, or several planes of it. */
const LIMIT = { rows: 300_000_000, whole: 120_000_000, planes: 60_000_000 };

/** `raw` or encoded input, `width` × `height` before `orientation` (EXIF 1–8); `profile` is what the pixels are in, and is not applied. */
type Opened = { open: () => Sharp; width: number; height: number; orientation: number; profile: Uint8Array | undefined; partial: boolean };

type FailOn = "error" | "none";

/** Pixels in memory, three bytes each. */
type Pixels = { data: Buffer; width: number; height: number };

/**
 * Decodes a picture once, at preview size, and makes everything of that. Colour profiles are carried along, not applied: converting the pixels
 * would cost more than all the rest. What is transparent lies on white. A picture that decodes only in part is shown as far as it goes.
 * Meant for a child process: hostile bytes may kill it, and it must end when `DecoderBroken` is thrown.
 */
export async function derive(bytes: Uint8Array, format: Decodable, heif = libheif): Promise<Derived | Refusal> {
  const strict = await attempt(bytes, format, "error", heif);
  if (format === "heic" || !("refused" in strict) || strict.refused !== "damaged") return strict;
  const lenient = await attempt(format === "jpeg" ? cutToRows(bytes) : bytes, format, "none", heif);
  return "refused" in lenient ? strict : { ...lenient, partial: true };
}

/** The picture in its own size: see the port. What decodes only in part goes as far as it does. */
export async function plain(bytes: Uint8Array, format: Decodable, heif = libheif): Promise<{ jpeg: Uint8Array } | Refusal> {
  try {
    const opened = await openPicture(bytes, format, "none", heif);
    if ("refused" in opened) return opened;
    const picture = upright(opened.open(), opened.orientation);
    const jpeg = await picture.jpeg({ quality: PLAIN_QUALITY, optimiseCoding: false }).timeout({ seconds: SECONDS }).toBuffer();
    return { jpeg: opened.profile ? jpegWithProfile(jpeg, opened.profile) : jpeg };
  } catch (error) {
    if (error instanceof DecoderBroken) throw error;
    return { refused: reasonOf(error) };
  }
}

function openPicture(bytes: Uint8Array, format: Decodable, failOn: FailOn, heif: HeifDecoder): Promise<Opened | Refusal> {
  return format === "heic" ? openHeif(bytes, heif) : openSharp(bytes, format, failOn, heif);
}

async function attempt(bytes: Uint8Array, format: Decodable, failOn: FailOn, heif: HeifDecoder): Promise<Derived | Refusal> {
  try {
    const opened = await openPicture(bytes, format, failOn, heif);
    if ("refused" in opened) return opened;
    const preview = await previewOf(opened);
    const small = await smallOf(preview);
    const { profile, orientation, partial } = opened;
    const [width, height] = orientation >= 5 ? [opened.height, opened.width] : [opened.width, opened.height];
    const [thumb, thumbhash] = await Promise.all([thumbOf(small, profile), thumbhashOf(small)]);
    return { width, height, preview: profile ? jpegWithProfile(preview.jpeg, profile) : preview.jpeg, thumb, thumbhash, partial };
  } catch (error) {
    if (error instanceof DecoderBroken) throw error;
    return { refused: reasonOf(error) };
  }
}

async function openHeif(bytes: Uint8Array, heif: HeifDecoder): Promise<Opened | Refusal> {
  const decoded = await heif.decode(bytes, LIMIT.planes);
  if ("refused" in decoded) return decoded;
  const { data, width, height, partial } = decoded;
  const profile = decoded.profile && !isSrgb(decoded.profile) ? decoded.profile : await profileOf(decoded.primaries);
  return { open: () => sharp(data, { raw: { width, height, channels: 3 } }), width, height, orientation: 1, profile, partial };
}

/** Only 8-bit RGB with a small profile goes through untouched; everything else (CMYK, grey, 16 bits) is converted to sRGB. */
async function openSharp(bytes: Uint8Array, format: Decodable, failOn: FailOn, heif: HeifDecoder): Promise<Opened | Refusal> {
  const picture = format === "jpeg" ? primaryImage(bytes) : bytes;
  const buffer = Buffer.from(picture.buffer, picture.byteOffset, picture.byteLength);
  const options: SharpOptions = { failOn, limitInputPixels: LIMIT.rows };
  const found = await sharp(buffer, options).metadata();
  if (found.format !== (format === "avif" ? "heif" : format)) return { refused: "damaged" };
  if (found.width * found.height > limitOf(found)) return { refused: "too_large" };
  const profile = found.icc && !isSrgb(found.icc) ? found.icc : undefined;
  const isRgb = found.space === "srgb" && found.depth === "uchar" && (profile?.length ?? 0) <= PROFILE_BYTES;
  const primaries = format === "avif" && !found.icc ? await heif.primaries(bytes) : undefined;
  return {
    open() {
      const decoder = sharp(buffer, { ...options, ignoreIcc: isRgb });
      const opaque = found.hasAlpha ? decoder.flatten({ background: WHITE }) : decoder;
      return isRgb ? opaque : opaque.toColourspace("srgb");
    },
    width: found.width,
    height: found.pageHeight ?? found.height,
    orientation: found.orientation ?? 1,
    profile: isRgb && profile ? profile : await profileOf(primaries),
    partial: false,
  };
}

function limitOf({ format, isProgressive }: Metadata): number {
  if (format === "heif") return LIMIT.planes;
  return isProgressive || format === "tiff" || format === "webp" || format === "gif" ? LIMIT.whole : LIMIT.rows;
}

type Preview = { jpeg: Buffer; width: number; height: number };

/** The one decoding of the original. Cubic is a tenth faster than sharp's Lanczos, and after a decoder's own halving not to be told from it. */
async function previewOf({ open, orientation }: Opened): Promise<Preview> {
  const picture = open().resize({ width: PREVIEW, height: PREVIEW, fit: "inside", withoutEnlargement: true, kernel: "cubic" });
  const { data, info } = await upright(picture, orientation)
    .jpeg({ quality: QUALITY, optimiseCoding: false })
    .timeout({ seconds: SECONDS })
    .toBuffer({ resolveWithObject: true });
  return { jpeg: data, width: info.width, height: info.height };
}

/** The pixels of the thumbnail, from the preview: its decoder shrinks while it decodes. */
async function smallOf({ jpeg, width, height }: Preview): Promise<Pixels> {
  const scale = Math.min(1, THUMB_SHORT / Math.min(width, height), THUMB_LONG / Math.max(width, height));
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const { data, info } = await sharp(jpeg)
    .resize({ ...size, fit: "fill" })
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

function fromPixels({ data, width, height }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

async function thumbOf(small: Pixels, profile: Uint8Array | undefined): Promise<Uint8Array> {
  const webp = await fromPixels(small).webp({ quality: QUALITY, effort: 2 }).toBuffer();
  return profile ? webpWithProfile(webp, profile, small) : webp;
}

async function thumbhashOf(small: Pixels): Promise<Uint8Array> {
  const size = { width: THUMBHASH, height: THUMBHASH, fit: "inside", withoutEnlargement: true } as const;
  const { data, info } = await fromPixels(small).resize(size).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return rgbaToThumbHash(info.width, info.height, data);
}

/**
 * Turns pixels as EXIF's orientation says; done after shrinking, where it costs nothing. sharp flops before it rotates, in whatever order it is told.
 */
function upright(picture: Sharp, orientation: number): Sharp {
  const turned = orientation >= 5 ? picture.rotate(orientation === 6 || orientation === 7 ? 90 : 270) : picture;
  if (orientation === 2 || orientation === 5 || orientation === 7) return turned.flop();
  if (orientation === 3) return turned.flip().flop();
  return orientation === 4 ? turned.flip() : turned;
}

/** An ICC profile for pixels that name their colours by number; sRGB, and what we have none for, need or get none. */
async function profileOf(primaries: number | undefined): Promise<Uint8Array | undefined> {
  if (primaries !== P3) return undefined;
  const dot = await sharp({ create: { width: 1, height: 1, channels: 3, background: WHITE } })
    .withIccProfile("p3")
    .png()
    .toBuffer();
  return (await sharp(dot).metadata()).icc;
}

function reasonOf(error: unknown): Refusal["refused"] {
  const text = error instanceof Error ? error.message : "";
  if (/pixel limit|too large/iu.test(text)) return "too_large";
  return /^timeout/iu.test(text) ? "slow" : "damaged";
}
