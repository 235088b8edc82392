import { latin, viewOf } from "./bytes.ts";

/** A box of an ISO media file (ISO/IEC 14496-12): [start, end) in the file, and where its content begins. */
export type Box = { type: string; start: number; content: number; end: number };

const HEAD = 8;
const LARGE_HEAD = 16;

/** The header of a box of which `bytes` are the first, at `start` of a place that ends at `limit`; undefined when it is none, or would leave that. */
export function boxAt(bytes: Uint8Array, start: number, limit: number): Box | undefined {
  if (bytes.length < HEAD) return undefined;
  const type = latin(bytes, 4, 8);
  const size = viewOf(bytes).getUint32(0);
  if (size === 1) {
    if (bytes.length < LARGE_HEAD) return undefined;
    const large = Number(viewOf(bytes).getBigUint64(8));
    return large >= LARGE_HEAD && start + large <= limit ? { type, start, content: start + LARGE_HEAD, end: start + large } : undefined;
  }
  // The last box of a file may say that it goes on to the end.
  const end = size === 0 ? limit : start + size;
  return (size === 0 || size >= HEAD) && end <= limit ? { type, start, content: start + HEAD, end } : undefined;
}

/** The boxes within a piece of a file; `bytes` begin at `base`. QuickTime ends lists with four zeros. Undefined when they are not right. */
export function boxesIn(bytes: Uint8Array, base: number, from: number, to: number): Box[] | undefined {
  const boxes: Box[] = [];
  for (let at = from; at < to;) {
    if (to - at < HEAD) return viewOf(bytes.subarray(at - base, to - base)).byteLength === 4 ? boxes : undefined;
    const box = boxAt(bytes.subarray(at - base, Math.min(at - base + LARGE_HEAD, to - base)), at, to);
    if (!box || box.end === box.start) return undefined;
    boxes.push(box);
    at = box.end;
  }
  return boxes;
}
