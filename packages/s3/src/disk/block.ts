import { createGate } from "./gate.ts";

/** Memory through which large bodies pass: it is used again and never becomes garbage, and threads hand it to each other as a whole. */

export const BLOCK_BYTES = 256 * 1024;
/** So many blocks may be on their way to the disk and through the hashes, for all bodies together. */
export const busyBlocks = createGate(16);
/** So many are kept for later. */
const SPARE_BLOCKS = 24;

const spare: ArrayBuffer[] = [];

/** A block to receive into. */
export function takeBlock(): ArrayBuffer {
  return spare.pop() ?? new ArrayBuffer(BLOCK_BYTES);
}

/** Gives a block back. */
export function giveBlock(block: ArrayBuffer): void {
  if (spare.length < SPARE_BLOCKS) spare.push(block);
}
