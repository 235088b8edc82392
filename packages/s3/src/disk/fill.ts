import type { FileHandle } from "node:fs/promises";
import { createHasher, type DigestName } from "../checksum.ts";

/** Chunks are gathered to blocks of this size, so that one write serves many packets. */
const BLOCK_BYTES = 1 << 20;

export type Filled = { size: number; digests: ReadonlyMap<DigestName, Buffer> };

export type FillOptions = {
  /** Where in the file the first byte goes. */
  position: number;
  wanted: Iterable<DigestName>;
  /** One byte more than this ends the reading: the body is too long. */
  limit: number;
};

/** Writes `chunks` into a file and computes digests of them. At most two blocks are in memory. */
export async function fill(file: FileHandle, chunks: AsyncIterable<Buffer>, { position, wanted, limit }: FillOptions): Promise<Filled> {
  const hashers = new Map([...wanted].map((name) => [name, createHasher(name)] as const));
  let size = 0;
  let written = position;
  let block: Buffer[] = [];
  let blockBytes = 0;
  let writing: Promise<void> = Promise.resolve();
  try {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > limit) break;
      for (const hasher of hashers.values()) hasher.update(chunk);
      block.push(chunk);
      blockBytes += chunk.length;
      if (blockBytes < BLOCK_BYTES) continue;
      await writing;
      writing = writeAll(file, block, written);
      writing.catch(() => undefined);
      written += blockBytes;
      block = [];
      blockBytes = 0;
    }
  } finally {
    // Also when the client went away: nothing may be written any more once this has ended.
    await writing;
  }
  await writeAll(file, block, written);
  return { size, digests: new Map([...hashers].map(([name, hasher]) => [name, hasher.digest()] as const)) };
}

/** A write may take less than it was given; the rest is tried again, so that a full disk shows as the error that it is. */
async function writeAll(file: FileHandle, blocks: readonly Buffer[], position: number): Promise<void> {
  let left = blocks.filter((block) => block.length > 0);
  let at = position;
  while (left.length > 0) {
    let { bytesWritten } = await file.writev(left, at);
    at += bytesWritten;
    const rest: Buffer[] = [];
    for (const block of left) {
      if (bytesWritten < block.length) rest.push(block.subarray(bytesWritten));
      bytesWritten = Math.max(0, bytesWritten - block.length);
    }
    left = rest;
  }
}
