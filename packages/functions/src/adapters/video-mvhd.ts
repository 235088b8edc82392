import type { ByteSource } from "@tintype/core/media";

/** What the movie header of an MP4 or QuickTime file says: milliseconds, and Unix milliseconds. */
export type MovieHeader = { durationMs?: number; createdUtc?: number };

const MAX_BOXES = 256;
/** Seconds from 1904, where QuickTime's time starts, to 1970. */
const EPOCH = 2_082_844_800;

/** Reads `moov/mvhd` (ISO/IEC 14496-12, 8.2.2) with a few small reads, wherever it lies; undefined when there is none. */
export async function readMovieHeader(source: ByteSource): Promise<MovieHeader | undefined> {
  const movie = await findBox(source, "moov", 0, source.size);
  const header = movie && (await findBox(source, "mvhd", movie.start, movie.end));
  if (!header || header.end - header.start < 20) return undefined;
  const bytes = await source.read(header.start, Math.min(header.end, header.start + 32));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLong = bytes[0] === 1;
  if (isLong && bytes.length < 32) return undefined;
  const created = isLong ? Number(view.getBigUint64(4)) : view.getUint32(4);
  const scale = view.getUint32(isLong ? 20 : 12);
  const duration = isLong ? Number(view.getBigUint64(24)) : view.getUint32(16);
  const isKnown = scale > 0 && duration > 0 && duration < (isLong ? Number.MAX_SAFE_INTEGER : 0xffff_ffff);
  const seconds = unixSeconds(created);
  return { ...(isKnown && { durationMs: Math.round((duration / scale) * 1000) }), ...(seconds > 0 && { createdUtc: seconds * 1000 }) };
}

/** Zero stands for "not told"; some writers count from 1970, which would otherwise be before the first film camera. */
function unixSeconds(created: number): number {
  return created > EPOCH ? created - EPOCH : created;
}

type Span = { start: number; end: number };

/** The payload of the first box of a type among the boxes from `start` to `end`. */
async function findBox(source: ByteSource, type: string, start: number, end: number): Promise<Span | undefined> {
  for (let at = start, boxes = 0; at + 8 <= end && boxes < MAX_BOXES; boxes++) {
    const bytes = await source.read(at, Math.min(at + 16, end));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const short = view.getUint32(0);
    const isLong = short === 1 && bytes.length === 16;
    const size = isLong ? Number(view.getBigUint64(8)) : short;
    const boxEnd = short === 0 ? end : at + size;
    const payload = at + (isLong ? 16 : 8);
    if (boxEnd < payload) return undefined;
    if (String.fromCodePoint(...bytes.subarray(4, 8)) === type) return { start: payload, end: Math.min(boxEnd, end) };
    at = boxEnd;
  }
  return undefined;
}
