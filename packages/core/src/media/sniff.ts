import type { AssetKind } from "#asset";
import { sniffTiff } from "./tiff.ts";

/** A format as the bytes tell it. `label` completes "This is …" and names it to people. */
export type Format = { name: FormatName; kind: AssetKind; type: string; label: string };

/** The bytes from the start of a file that `sniff` wants to see. */
export const SNIFF_BYTES = 64 * 1024;

const FORMATS = {
  jpeg: ["photo", "image/jpeg", "a JPEG"],
  png: ["photo", "image/png", "a PNG"],
  webp: ["photo", "image/webp", "a WebP"],
  gif: ["photo", "image/gif", "a GIF"],
  tiff: ["photo", "image/tiff", "a TIFF"],
  avif: ["photo", "image/avif", "an AVIF"],
  heic: ["photo", "image/heic", "a HEIC"],
  jxl: ["photo", "image/jxl", "a JPEG XL"],
  bmp: ["photo", "image/bmp", "a BMP"],
  psd: ["other", "image/vnd.adobe.photoshop", "a Photoshop document"],
  svg: ["other", "image/svg+xml", "an SVG drawing"],
  dng: ["raw", "image/x-adobe-dng", "a DNG"],
  cr2: ["raw", "image/x-canon-cr2", "a Canon RAW"],
  cr3: ["raw", "image/x-canon-cr3", "a Canon RAW"],
  nef: ["raw", "image/x-nikon-nef", "a Nikon RAW"],
  arw: ["raw", "image/x-sony-arw", "a Sony RAW"],
  pef: ["raw", "image/x-pentax-pef", "a Pentax RAW"],
  orf: ["raw", "image/x-olympus-orf", "an Olympus RAW"],
  rw2: ["raw", "image/x-panasonic-rw2", "a Panasonic RAW"],
  raf: ["raw", "image/x-fuji-raf", "a Fujifilm RAW"],
  x3f: ["raw", "image/x-sigma-x3f", "a Sigma RAW"],
  raw: ["raw", "image/x-raw", "a camera RAW"],
  mp4: ["video", "video/mp4", "an MP4"],
  mov: ["video", "video/quicktime", "a QuickTime movie"],
  "3gp": ["video", "video/3gpp", "a 3GP"],
  webm: ["video", "video/webm", "a WebM"],
  mkv: ["video", "video/x-matroska", "a Matroska video"],
  avi: ["video", "video/x-msvideo", "an AVI"],
  mpeg: ["video", "video/mpeg", "an MPEG video"],
  mts: ["video", "video/mp2t", "an MPEG transport stream"],
  wmv: ["video", "video/x-ms-wmv", "a Windows Media video"],
  xmp: ["sidecar", "application/rdf+xml", "an XMP sidecar"],
  aae: ["sidecar", "application/x-apple-aae+xml", "a list of Apple's edits"],
  takeout: ["sidecar", "application/json", "a sidecar of Google Takeout"],
  audio: ["other", "application/octet-stream", "a sound file"],
  pdf: ["other", "application/pdf", "a PDF"],
  zip: ["other", "application/zip", "a ZIP archive"],
  html: ["other", "text/html", "a web page"],
  xml: ["other", "application/xml", "an XML document"],
  text: ["other", "text/plain", "plain text"],
  empty: ["other", "application/octet-stream", "an empty file"],
  unknown: ["other", "application/octet-stream", "of an unknown format"],
} as const satisfies Record<string, readonly [AssetKind, string, string]>;

export type FormatName = keyof typeof FORMATS;

/** First match wins; `at` is where the bytes stand. Latin-1 text. */
const MAGIC: readonly (readonly [name: FormatName, at: number, bytes: string])[] = [
  ["jpeg", 0, "\xff\xd8\xff"],
  ["png", 0, "\x89PNG\r\n\x1a\n"],
  ["gif", 0, "GIF87a"],
  ["gif", 0, "GIF89a"],
  ["webp", 8, "WEBPVP8"],
  ["raf", 0, "FUJIFILMCCD-RAW"],
  ["orf", 0, "IIRO\x08\0\0\0"],
  ["orf", 0, "IIRS\x08\0\0\0"],
  ["orf", 0, "MMOR"],
  ["rw2", 0, "IIU\0"],
  ["x3f", 0, "FOVb"],
  ["raw", 0, "\0MRM"],
  ["jxl", 0, "\xff\x0a"],
  ["jxl", 0, "\0\0\0\x0cJXL \r\n\x87\n"],
  ["psd", 0, "8BPS"],
  ["webm", 0, "\x1aE\xdf\xa3"],
  ["avi", 8, "AVI "],
  ["audio", 8, "WAVE"],
  ["mpeg", 0, "\0\0\x01\xba"],
  ["mpeg", 0, "\0\0\x01\xb3"],
  ["wmv", 0, "0&\xb2u\x8ef\xcf\x11"],
  ["pdf", 0, "%PDF-"],
  ["zip", 0, "PK\x03\x04"],
  ["audio", 0, "ID3"],
  ["audio", 0, "OggS"],
  ["audio", 0, "fLaC"],
];

/** Brands of ISO media files (ISO/IEC 14496-12), by the first that is known: the major brand, then the compatible ones. */
const BRANDS: Readonly<Record<string, FormatName>> = {
  ...brands("avif", "avif avis"),
  ...brands("heic", "heic heix heim heis hevc hevx hevm hevs MiHE MiHB MiHA"),
  ...brands("cr3", "crx "),
  ...brands("mov", "qt  "),
  ...brands("3gp", "3gp4 3gp5 3gp6 3gp7 3g2a 3ge6"),
  ...brands("audio", "M4A  M4B  F4A "),
  ...brands("mp4", "isom iso2 iso4 iso5 iso6 mp41 mp42 avc1 dash M4V  M4VH MSNV hvc1 f4v  mmp4 XAVC"),
};

/**
 * What a file is, by its first `SNIFF_BYTES` bytes. The name decides only between a TIFF and the RAW formats that are TIFFs inside;
 * a renamed file is what its bytes are, and a polyglot is what its first bytes are. Files about other files are told by name and bytes together.
 */
export function sniff(head: Uint8Array, name: string): Format {
  const format = formatOf(head, name);
  return formatNamed(format === "xml" || format === "text" ? (sidecarOf(head, name) ?? format) : format);
}

/** What a name's extension claims to be, for telling a renamed file apart; undefined for unknown extensions. */
export function claimed(name: string): Format | undefined {
  const extension = /\.([^.]{1,5})$/u.exec(name)?.[1]?.toLowerCase() ?? "";
  const found = CLAIMS[extension] ?? extension;
  return isFormat(found) ? formatNamed(found) : undefined;
}

function isFormat(name: string): name is FormatName {
  return Object.hasOwn(FORMATS, name);
}

function formatNamed(name: FormatName): Format {
  const [kind, type, label] = FORMATS[name];
  return { name, kind, type, label };
}

const CLAIMS: Readonly<Record<string, FormatName>> = {
  jpg: "jpeg",
  jpe: "jpeg",
  tif: "tiff",
  heif: "heic",
  hif: "heic",
  m4v: "mp4",
  mpg: "mpeg",
  txt: "text",
  htm: "html",
};

function formatOf(head: Uint8Array, name: string): FormatName {
  if (head.length === 0) return "empty";
  const tiff = sniffTiff(head, name);
  if (tiff) return tiff;
  const magic = MAGIC.find(([, at, bytes]) => latin(head, at, at + bytes.length) === bytes);
  if (magic) return magic[0] === "webm" && !latin(head, 0, 64).includes("webm") ? "mkv" : magic[0];
  if (latin(head, 4, 8) === "ftyp") return ofBrands(head);
  if (/^(?:moov|mdat|wide|pnot|skip|free)$/u.test(latin(head, 4, 8)) && head[0]! < 0x40) return "mov";
  if (head[0] === 0x47 && head[188] === 0x47 && head[376] === 0x47) return "mts";
  if (head[4] === 0x47 && head[196] === 0x47 && head[388] === 0x47) return "mts";
  if (latin(head, 0, 2) === "BM" && head.length >= 26 && head[14]! >= 12 && head[14]! <= 124 && head[15] === 0) return "bmp";
  return ofText(head);
}

function ofBrands(head: Uint8Array): FormatName {
  const size = Math.min(head.length, new DataView(head.buffer, head.byteOffset, 4).getUint32(0), 512);
  const offsets = [8, ...Array.from({ length: Math.max(0, Math.floor((size - 16) / 4)) }, (_, i) => 16 + i * 4)];
  const known = offsets.map((at) => BRANDS[latin(head, at, at + 4)]).find((format) => format !== undefined);
  if (known) return known;
  return /^(?:mif1|msf1)$/u.test(latin(head, 8, 12)) ? "heic" : "mp4";
}

/**
 * Markup is told by its first element, whatever comments stand before it and whatever follows; text is UTF-8, or UTF-16 with its mark, without
 * control characters.
 */
function ofText(head: Uint8Array): FormatName {
  const start = textOf(head);
  const body = start.replace(/^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[\s\S]*?-->\s*)*/u, "");
  if (/^(?:<!doctype svg|<svg[\s/>])/iu.test(body)) return "svg";
  if (/^<(?:!doctype html|html|head|body|script)/iu.test(body)) return "html";
  // oxlint-disable-next-line no-control-regex -- control characters tell data from text; U+FFFD stands for what is no UTF-8
  if (/[\0-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/u.test(start)) return "unknown";
  if (/^\s*<(?:\?xml|\?xpacket|!doctype|[a-z][\w:-]*[\s>])/iu.test(start)) return /<svg[\s/>]/iu.test(start) ? "svg" : "xml";
  return "text";
}

/** Extension → what such a sidecar, and no other text, has at its start. */
const SIDECARS: Readonly<Record<string, readonly [FormatName, RegExp]>> = {
  xmp: ["xmp", /<(?:x:xmpmeta|rdf:RDF)[\s>]/u],
  aae: ["aae", /<plist[\s>]/u],
  json: ["takeout", /^\s*\{[\s\S]*"(?:photoTakenTime|albumData|access)"\s*:/u],
};

function sidecarOf(head: Uint8Array, name: string): FormatName | undefined {
  const [format, mark] = SIDECARS[/\.([a-z]{3,4})$/iu.exec(name)?.[1]?.toLowerCase() ?? ""] ?? [];
  return mark?.test(textOf(head)) === true ? format : undefined;
}

/** The start of a text. */
function textOf(head: Uint8Array): string {
  const mark = latin(head, 0, 2);
  const encoding = mark === "\xff\xfe" ? "utf-16le" : "utf-8";
  return new TextDecoder(mark === "\xfe\xff" ? "utf-16be" : encoding).decode(head.subarray(0, 4096), { stream: true });
}

function latin(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCodePoint(...bytes.subarray(from, to));
}

function brands(format: FormatName, list: string): Record<string, FormatName> {
  return Object.fromEntries(list.match(/.{4} ?/gu)!.map((brand) => [brand.slice(0, 4), format]));
}
