import { join, latin, viewOf } from "./bytes.ts";
import { orientationIn, tiffWith, withoutMark } from "./orientation.ts";

const HEAD = 8;
/** Flags of VP8X. */
const EXIF = 0x08;
const XMP = 0x04;
const FRAME_HEAD = 16;
const PICTURE: ReadonlySet<string> = new Set(["VP8 ", "VP8L", "ALPH"]);
const KEPT: ReadonlySet<string> = new Set([...PICTURE, "VP8X", "ICCP", "ANIM", "ANMF"]);

type Chunk = { type: string; data: Uint8Array };

/** A WebP of its picture or animation, its colour profile and its orientation alone. Undefined for what is no whole WebP. */
export function stripWebp(webp: Uint8Array): Uint8Array | undefined {
  if (webp.length < 12 || latin(webp, 0, 4) !== "RIFF" || latin(webp, 8, 12) !== "WEBP") return undefined;
  const end = Math.min(webp.length, HEAD + viewOf(webp).getUint32(4, true));
  const chunks = chunksOf(webp.subarray(12, Math.max(12, end)));
  if (!chunks) return undefined;
  const exif = chunks.find(({ type }) => type === "EXIF");
  const orientation = exif ? orientationIn(withoutMark(exif.data)) : 1;
  const kept: Chunk[] = [];
  for (const { type, data } of chunks) {
    const inner = type === "ANMF" ? frame(data) : data;
    if (!inner) return undefined;
    if (KEPT.has(type)) kept.push({ type, data: type === "VP8X" ? flagged(inner, orientation > 1) : inner });
  }
  if (!kept.some(({ type }) => type === "VP8 " || type === "VP8L" || type === "ANMF")) return undefined;
  const isExtended = kept[0]?.type === "VP8X";
  if (orientation > 1 && isExtended) kept.push({ type: "EXIF", data: tiffWith(orientation) });
  const body = join([new TextEncoder().encode("WEBP"), ...kept.map(written)]);
  return written({ type: "RIFF", data: body });
}

/** The chunks one after the other; undefined when one does not end within. */
function chunksOf(bytes: Uint8Array): Chunk[] | undefined {
  const chunks: Chunk[] = [];
  for (let at = 0; at + HEAD <= bytes.length;) {
    const length = viewOf(bytes).getUint32(at + 4, true);
    if (at + HEAD + length > bytes.length) return undefined;
    chunks.push({ type: latin(bytes, at, at + 4), data: bytes.subarray(at + HEAD, at + HEAD + length) });
    at += HEAD + length + (length % 2);
  }
  return chunks;
}

/** A frame of an animation with its picture alone. */
function frame(data: Uint8Array): Uint8Array | undefined {
  const chunks = chunksOf(data.subarray(FRAME_HEAD));
  return chunks && join([data.subarray(0, FRAME_HEAD), ...chunks.filter(({ type }) => PICTURE.has(type)).map(written)]);
}

function flagged(vp8x: Uint8Array, isTurned: boolean): Uint8Array {
  const out = new Uint8Array(vp8x.subarray(0, 10));
  if (out.length > 0) out[0] = (out[0]! & ~(EXIF | XMP)) | (isTurned ? EXIF : 0);
  return out;
}

function written({ type, data }: Chunk): Uint8Array {
  const out = new Uint8Array(HEAD + data.length + (data.length % 2));
  out.set(new TextEncoder().encode(type));
  viewOf(out).setUint32(4, data.length, true);
  out.set(data, HEAD);
  return out;
}
