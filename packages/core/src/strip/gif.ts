import { join, latin } from "./bytes.ts";

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const GRAPHIC_CONTROL = 0xf9;
const APPLICATION = 0xff;
/** How often an animation runs: the one thing of applications that is seen. */
const LOOPS: ReadonlySet<string> = new Set(["NETSCAPE2.0", "ANIMEXTS1.0"]);
const LOOP_LENGTH = 19;
const CONTROL_LENGTH = 8;

/** A GIF of its pictures, their timing and its loop alone: no comments, words, XMP or anything behind its end. Undefined for what is no whole GIF. */
export function stripGif(gif: Uint8Array): Uint8Array | undefined {
  if (!/^GIF8[79]a$/u.test(latin(gif, 0, 6)) || gif.length < 13) return undefined;
  let at = 13 + colours(gif[10]!);
  const kept = [gif.subarray(0, at)];
  while (at < gif.length) {
    if (gif[at] === TRAILER) return join([...kept, Uint8Array.of(TRAILER)]);
    const end = endOfBlock(gif, at);
    if (end === undefined) return undefined;
    const block = gif.subarray(at, end);
    if (isKept(block)) kept.push(block);
    at = end;
  }
  return undefined;
}

function isKept(block: Uint8Array): boolean {
  if (block[0] === IMAGE) return true;
  if (block[1] === GRAPHIC_CONTROL) return block.length === CONTROL_LENGTH;
  return block[1] === APPLICATION && block.length === LOOP_LENGTH && LOOPS.has(latin(block, 3, 14));
}

/** Behind the block at `at`; undefined when it is none, or does not end. */
function endOfBlock(gif: Uint8Array, at: number): number | undefined {
  if (gif[at] === EXTENSION) return endOfData(gif, at + 2);
  const flags = gif[at + 9];
  return gif[at] === IMAGE && flags !== undefined ? endOfData(gif, at + 10 + colours(flags) + 1) : undefined;
}

/** Behind the sub-blocks that begin at `at`, the empty one at their end included. */
function endOfData(gif: Uint8Array, at: number): number | undefined {
  for (let next = at; next < gif.length;) {
    const length = gif[next]!;
    next += 1 + length;
    if (length === 0) return next;
  }
  return undefined;
}

/** The bytes of the colour table that these flags announce. */
function colours(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}
