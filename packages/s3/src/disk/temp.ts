import { randomUUID } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { createHasher, type DigestName } from "../checksum.ts";

/** Chunks are gathered to blocks of this size, so that one write serves many packets. */
const BLOCK_BYTES = 1 << 20;

/** A whole body on disk, durable, not yet an object. */
export type Temp = {
  path: string;
  size: number;
  mtime: number;
  inode: number;
  digests: ReadonlyMap<DigestName, Buffer>;
};

/** Writes `chunks` to a new file in `folder` and syncs it. On any error, a client that goes away above all, nothing is left. */
export async function writeTemp(folder: string, chunks: AsyncIterable<Buffer>, wanted: Iterable<DigestName>, limit: number): Promise<Temp> {
  const path = join(folder, randomUUID());
  const file = await open(path, "wx");
  try {
    const { size, digests } = await fill(file, chunks, wanted, limit);
    await file.datasync();
    const { mtimeMs, ino } = await file.stat();
    await file.close();
    return { path, size, mtime: mtimeMs, inode: ino, digests };
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}

async function fill(file: FileHandle, chunks: AsyncIterable<Buffer>, wanted: Iterable<DigestName>, limit: number) {
  const hashers = new Map([...wanted].map((name) => [name, createHasher(name)] as const));
  let size = 0;
  let block: Buffer[] = [];
  let blockBytes = 0;
  let writing: Promise<unknown> = Promise.resolve();
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limit) break;
    for (const hasher of hashers.values()) hasher.update(chunk);
    block.push(chunk);
    blockBytes += chunk.length;
    if (blockBytes < BLOCK_BYTES) continue;
    await writing;
    writing = writeAll(file, block);
    writing.catch(() => undefined);
    block = [];
    blockBytes = 0;
  }
  await writing;
  await writeAll(file, block);
  return { size, digests: new Map([...hashers].map(([name, hasher]) => [name, hasher.digest()] as const)) };
}

/** A write may take less than it was given; the rest is tried again, so that a full disk shows as the error that it is. */
async function writeAll(file: FileHandle, blocks: Buffer[]): Promise<void> {
  let left = blocks.filter((block) => block.length > 0);
  while (left.length > 0) {
    let { bytesWritten } = await file.writev(left);
    const rest: Buffer[] = [];
    for (const block of left) {
      if (bytesWritten < block.length) rest.push(block.subarray(bytesWritten));
      bytesWritten = Math.max(0, bytesWritten - block.length);
    }
    left = rest;
  }
}
