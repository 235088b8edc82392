const SOF0 = 0xc0;
const SOF1 = 0xc1;
const RST0 = 0xd0;
const SOI = 0xd8;
const SOS = 0xda;
const DRI = 0xdd;
const APP2 = 0xe2;
/** The end of a picture and the start of the next. */
const END_AND_NEXT = Buffer.from([0xff, 0xd9, 0xff, 0xd8, 0xff]);
/** `MPF` and a NUL. */
const MPF = 0x4d504600;

/**
 * The first picture of a JPEG that carries more of them behind it (Multi-Picture Format, CIPA DC-007): an Ultra HDR gain map costs a decoder a
 * fifth of its time, and none of it is seen in what we derive. Its end is looked for, because the sizes that Pixels write are some hundred
 * bytes too small; within a scan it cannot be mistaken. Any other JPEG comes back as it is.
 */
export function primaryImage(jpeg: Uint8Array): Uint8Array {
  let hasMore = false;
  let scan = 2;
  for (const { marker, at, length, view } of segmentsOf(jpeg)) {
    hasMore ||= marker === APP2 && view.getUint32(at + 4) === MPF;
    scan = at + 2 + length;
  }
  const end = hasMore ? Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength).indexOf(END_AND_NEXT, scan) : -1;
  return end < 0 ? jpeg : jpeg.subarray(0, end + 2);
}

/**
 * A baseline JPEG that was cut off, with its height cut to the rows that are there. Only for those with restart intervals: of every empty
 * interval a decoder warns, and libvips gives up on many warnings, whereas it pads any other cut picture by itself.
 */
export function cutToRows(jpeg: Uint8Array): Uint8Array {
  let interval = 0;
  let frame: { at: number; height: number; rowUnits: number; unitHeight: number } | undefined;
  let end = 2;
  for (const { marker, at, length, view } of segmentsOf(jpeg)) {
    if (marker === DRI) interval = view.getUint16(at + 4);
    if (marker === SOF0 || marker === SOF1) {
      const sampling = Array.from({ length: jpeg[at + 9]! }, (_, i) => jpeg[at + 11 + i * 3] ?? 0x11);
      const [unitWidth, unitHeight] = [Math.max(...sampling.map((s) => s >> 4)) * 8, Math.max(...sampling.map((s) => s & 15)) * 8];
      frame = { at, height: view.getUint16(at + 5), rowUnits: Math.ceil(view.getUint16(at + 7) / unitWidth), unitHeight };
    }
    end = at + 2 + length;
  }
  if (!frame || interval === 0) return jpeg;
  const rows = Math.floor((countRestarts(jpeg, end) * interval) / frame.rowUnits) * frame.unitHeight;
  if (rows === 0 || rows >= frame.height) return jpeg;
  const cut = new Uint8Array(jpeg);
  new DataView(cut.buffer).setUint16(frame.at + 5, rows);
  return cut;
}

/** Restart markers after `from`; each ends a whole interval. */
function countRestarts(jpeg: Uint8Array, from: number): number {
  let count = 0;
  for (let at = jpeg.indexOf(0xff, from); at >= 0; at = jpeg.indexOf(0xff, at + 1)) {
    if ((jpeg[at + 1]! & 0xf8) === RST0) count++;
  }
  return count;
}

type Segment = { marker: number; at: number; length: number; view: DataView };

/** The segments before the first scan. */
function* segmentsOf(jpeg: Uint8Array): Generator<Segment> {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  for (let at = 2; at + 10 <= jpeg.length && jpeg[at] === 0xff && jpeg[at + 1] !== SOS;) {
    const length = view.getUint16(at + 2);
    yield { marker: jpeg[at + 1]!, at, length, view };
    at += 2 + length;
  }
}

/** The segments of a JPEG before its first scan, where all its tags are; any other file as it is. */
export function headerOf(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) return bytes;
  let end = 2;
  for (const { at, length } of segmentsOf(bytes)) end = at + 2 + length;
  // Two bytes of the scan let a reader see where the tags end.
  return bytes.subarray(0, end + 2);
}
