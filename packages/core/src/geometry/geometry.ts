/**
 * The timeline's geometry on the wire: one byte of aspect ratio per asset and (day, count) pairs, in chunks of a month, newest first.
 * A whole library and a patch since a revision are the same format; in a patch each chunk replaces the client's chunk of that month,
 * and a chunk with count 0 removes it. All integers are little-endian.
 *
 *   header  u32 magic "TTG1" · u32 revision · u32 chunks
 *   chunk   i32 month (year × 12 + month − 1) · u32 revision · u32 count · u32 days · days × (u8 day, u32 count) · count × u8 ratio
 */
export type Chunk = {
  month: number;
  revision: number;
  count: number;
  /** 5 bytes a day: day of month u8, count u32; newest day first. */
  days: Uint8Array;
  /** One ratio byte per asset, newest first. */
  ratios: Uint8Array;
};

export type Geometry = { revision: number; chunks: Chunk[] };

/**
 * The geometry of a collection, with the ids of its photos in the same order; `days` is false where it has no days: one chunk of month 0 and day 1
 * holds everything, in the collection's own order. Otherwise chunks and days come in the collection's order, which may be oldest first.
 *
 *   header  u32 magic "TTC1" · u32 flags (bit 0: it has days) · u32 count · count × 16 bytes of id · a geometry
 */
export type Listed = { days: boolean; ids: Uint8Array; geometry: Geometry };

export const GEOMETRY_TYPE = "application/vnd.tintype.geometry";

const MAGIC = 0x31475454;
const HEADER = 12;
const CHUNK_HEADER = 16;
const DAY = 5;
/** Ratios from 2^-2.5 (0.177) to 2^2.5 (5.66). */
const LOG_RANGE = 5;

/** The ratio byte of width ÷ height: log2 scale in steps of 1.4 %, clamped; 4:3 for unknown sizes. */
export function ratioByte(width: number | null, height: number | null): number {
  const ratio = width && height ? width / height : 4 / 3;
  const scaled = ((Math.log2(ratio) + LOG_RANGE / 2) / LOG_RANGE) * 255;
  return Math.min(255, Math.max(0, Math.round(scaled)));
}

/** Width ÷ height for each ratio byte. */
export const RATIOS: Float32Array = Float32Array.from({ length: 256 }, (_, byte) => 2 ** ((byte / 255) * LOG_RANGE - LOG_RANGE / 2));

/** Packs a geometry; the chunks' arrays are copied as they are. */
export function encode(geometry: Geometry): Uint8Array<ArrayBuffer> {
  const size = geometry.chunks.reduce((sum, chunk) => sum + CHUNK_HEADER + chunk.days.length + chunk.ratios.length, HEADER);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, geometry.revision, true);
  view.setUint32(8, geometry.chunks.length, true);
  let at = HEADER;
  for (const chunk of geometry.chunks) {
    view.setInt32(at, chunk.month, true);
    view.setUint32(at + 4, chunk.revision, true);
    view.setUint32(at + 8, chunk.count, true);
    view.setUint32(at + 12, chunk.days.length / DAY, true);
    out.set(chunk.days, at + CHUNK_HEADER);
    out.set(chunk.ratios, at + CHUNK_HEADER + chunk.days.length);
    at += CHUNK_HEADER + chunk.days.length + chunk.ratios.length;
  }
  return out;
}

/** Reads a geometry; the chunks are views on `bytes`. Throws RangeError when it is cut short or not ours. */
export function decode(bytes: Uint8Array): Geometry {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER || view.getUint32(0, true) !== MAGIC) throw new RangeError("not a geometry");
  const chunks: Chunk[] = [];
  let at = HEADER;
  for (let left = view.getUint32(8, true); left > 0; left--) {
    const count = view.getUint32(at + 8, true);
    const daysEnd = at + CHUNK_HEADER + view.getUint32(at + 12, true) * DAY;
    const end = daysEnd + count;
    if (end > bytes.length) throw new RangeError("geometry is cut short");
    chunks.push({
      month: view.getInt32(at, true),
      revision: view.getUint32(at + 4, true),
      count,
      days: bytes.subarray(at + CHUNK_HEADER, daysEnd),
      ratios: bytes.subarray(daysEnd, end),
    });
    at = end;
  }
  return { revision: view.getUint32(4, true), chunks };
}

const LISTED_MAGIC = 0x31435454;
const ID_BYTES = 16;

/** Packs the geometry of a collection. */
export function encodeListed({ days, ids, geometry }: Listed): Uint8Array<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(HEADER));
  header.setUint32(0, LISTED_MAGIC, true);
  header.setUint32(4, days ? 1 : 0, true);
  header.setUint32(8, ids.length / ID_BYTES, true);
  return joinBytes([new Uint8Array(header.buffer), ids, encode(geometry)]);
}

/** Reads the geometry of a collection. Throws RangeError when it is cut short or not ours. */
export function decodeListed(bytes: Uint8Array): Listed {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER || view.getUint32(0, true) !== LISTED_MAGIC) throw new RangeError("not the geometry of a collection");
  const end = HEADER + view.getUint32(8, true) * ID_BYTES;
  return { days: view.getUint32(4, true) === 1, ids: bytes.subarray(HEADER, end), geometry: decode(bytes.subarray(end)) };
}

/** Packs (day of month, count) pairs, newest day first. */
export function packDays(days: readonly (readonly [day: number, count: number])[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(days.length * DAY);
  const view = new DataView(out.buffer);
  for (const [i, [day, count]] of days.entries()) {
    view.setUint8(i * DAY, day);
    view.setUint32(i * DAY + 1, count, true);
  }
  return out;
}

/** The (day of month, count) pairs of a chunk. */
export function unpackDays(days: Uint8Array): [day: number, count: number][] {
  const view = new DataView(days.buffer, days.byteOffset, days.byteLength);
  return Array.from({ length: days.length / DAY }, (_, i) => [view.getUint8(i * DAY), view.getUint32(i * DAY + 1, true)]);
}

const SIZE = 8;

/** The ratio bytes of sizes as Postgres packs them: width and height of each, int4 big-endian, 0 where unknown. */
export function packRatios(sizes: Uint8Array): Uint8Array<ArrayBuffer> {
  const view = new DataView(sizes.buffer, sizes.byteOffset, sizes.byteLength);
  return Uint8Array.from({ length: sizes.length / SIZE }, (_, i) => ratioByte(view.getInt32(i * SIZE), view.getInt32(i * SIZE + 4)));
}

/** All of these bytes, one array after the other. */
export function joinBytes(arrays: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    out.set(array, at);
    at += array.length;
  }
  return out;
}
