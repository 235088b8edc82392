import { join, latin, viewOf } from "./bytes.ts";
import { orientationIn, tiffWith, withoutMark } from "./orientation.ts";

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DNL = 0xdc;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const FILL = 0xff;

const START = Uint8Array.of(FILL, SOI);
const END = Uint8Array.of(FILL, EOI);
/** DHT, DAC, DQT, DRI, and what hierarchical pictures have. */
const TABLES: ReadonlySet<number> = new Set([0xc4, 0xcc, 0xdb, 0xdd, 0xde, 0xdf, DNL]);

/**
 * A JPEG without anything that tells of it: only its picture, its colour profile and its orientation, with every bit of the picture as it was.
 * What follows its end (motion photos, gain maps, further pictures) is left out. Undefined for what is no JPEG.
 */
export function stripJpeg(jpeg: Uint8Array): Uint8Array | undefined {
  if (jpeg[0] !== FILL || jpeg[1] !== SOI) return undefined;
  const head: Uint8Array[] = [];
  const rest: Uint8Array[] = [];
  let orientation: number | undefined;
  let [hasFrame, hasScan] = [false, false];
  for (const { marker, segment, scan } of segmentsOf(jpeg)) {
    if (marker === APP1 && isExif(segment)) orientation ??= orientationIn(withoutMark(segment.subarray(4)));
    if (marker === APP0 && head.length === 0) head.push(...jfif(segment));
    else if (isKept(marker, segment)) rest.push(marker === APP14 ? adobe(segment) : segment);
    hasFrame ||= isFrame(marker);
    if (!scan) continue;
    hasScan ||= hasFrame;
    rest.push(scan);
  }
  if (!hasScan) return undefined;
  const turned = orientation !== undefined && orientation > 1 ? [exifWith(orientation)] : [];
  return join([START, ...head, ...turned, ...rest, END]);
}

type Segment = { marker: number; segment: Uint8Array; scan: Uint8Array | undefined };

/**
 * The segments up to the end of the picture, each with its marker, and behind SOS the coded bytes. What lies between them is passed over, as decoders
 * do.
 */
function* segmentsOf(jpeg: Uint8Array): Generator<Segment> {
  const view = viewOf(jpeg);
  for (let at = nextMarker(jpeg, 2); at + 4 <= jpeg.length;) {
    const marker = jpeg[at + 1]!;
    if (marker === EOI) return;
    if (isAlone(marker)) {
      at = nextMarker(jpeg, at + 2);
      continue;
    }
    const length = view.getUint16(at + 2);
    const end = at + 2 + length;
    if (length < 2 || end > jpeg.length) return;
    const scanEnd = marker === SOS ? endOfScan(jpeg, end) : end;
    yield { marker, segment: jpeg.subarray(at, end), scan: marker === SOS ? jpeg.subarray(end, scanEnd) : undefined };
    at = nextMarker(jpeg, scanEnd);
  }
}

/** Where the next marker's `ff` stands, behind all that fills; the end when there is none. */
function nextMarker(jpeg: Uint8Array, from: number): number {
  for (let at = jpeg.indexOf(FILL, from); at >= 0; at = jpeg.indexOf(FILL, at + 1)) {
    const next = jpeg[at + 1];
    if (next !== undefined && next !== 0 && next !== FILL) return at;
  }
  return jpeg.length;
}

/** Coded bytes go on over stuffed zeros and restarts. */
function endOfScan(jpeg: Uint8Array, from: number): number {
  for (let at = jpeg.indexOf(FILL, from); at >= 0; at = jpeg.indexOf(FILL, at + 1)) {
    const next = jpeg[at + 1];
    if (next !== undefined && next !== 0 && !isRestart(next)) return at;
  }
  return jpeg.length;
}

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7;
}

/** Markers without a length: restarts, TEM, and SOI. */
function isAlone(marker: number): boolean {
  return isRestart(marker) || marker === 1 || marker === SOI;
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function isKept(marker: number, segment: Uint8Array): boolean {
  if (marker === APP2) return latin(segment, 4, 16) === "ICC_PROFILE\0";
  if (marker === APP14) return segment.length >= 16 && latin(segment, 4, 9) === "Adobe";
  return marker === SOS || isFrame(marker) || TABLES.has(marker);
}

function isExif(segment: Uint8Array): boolean {
  return latin(segment, 4, 10) === "Exif\0\0";
}

/** JFIF without its thumbnail, which may show what was cut off; nothing for what is not JFIF. */
function jfif(segment: Uint8Array): Uint8Array[] {
  if (segment.length < 16 || latin(segment, 4, 9) !== "JFIF\0") return [];
  return [Uint8Array.of(FILL, APP0, 0, 16, ...segment.subarray(4, 16), 0, 0)];
}

/** Adobe's transform flags decide how colours are read; nothing may hide behind them. */
function adobe(segment: Uint8Array): Uint8Array {
  return Uint8Array.of(FILL, APP14, 0, 14, ...segment.subarray(4, 16));
}

function exifWith(orientation: number): Uint8Array {
  const tiff = tiffWith(orientation);
  const head = Uint8Array.of(FILL, APP1, 0, 8 + tiff.length, 0x45, 0x78, 0x69, 0x66, 0, 0);
  return join([head, tiff]);
}
