import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { ChecksumName } from "../checksum.ts";
import type { Whole } from "./temp.ts";

/** A part that was received. `mtime` in milliseconds; `etag` is its MD5 in hex. */
export type Part = { number: number; size: number; etag: string; mtime: number; checksum?: { name: ChecksumName; value: string } };

/** Where its bytes are: in the shared file `data` at `at`, or in a file of its own. */
export type StoredPart = Part & { at?: number; file?: string };

const COPY_BYTES = 4 << 20;

/**
 * Makes one file of `parts`, in this order. When all that lies in the shared file is wanted and at its final place, which is so for every
 * client that sends equal parts, nothing is copied but parts that were sent twice; else a new file is written and `data` left as it was.
 */
export async function assemble(folder: string, parts: readonly StoredPart[], all: Iterable<StoredPart>): Promise<Whole> {
  const starts = startsOf(parts);
  const total = parts.reduce((sum, part) => sum + part.size, 0);
  const claimed = [...all].filter((part) => part.at !== undefined);
  const inPlace = claimed.every((part) => starts.get(part) === part.at);
  const path = join(folder, inPlace ? "data" : "whole");
  // A shared file that parts lie in is never made anew: were it gone, the object would be one of zeros.
  const file = await open(path, inPlace && claimed.length > 0 ? "r+" : "w");
  try {
    for (const part of parts) {
      const start = starts.get(part) ?? 0;
      if (!inPlace || part.at === undefined) await copyPart(folder, part, file, start);
    }
    await file.truncate(total);
    await file.sync();
    const { mtimeMs, ino } = await file.stat();
    return { path, size: total, mtime: mtimeMs, inode: ino };
  } finally {
    await file.close();
  }
}

function startsOf(parts: readonly StoredPart[]): Map<StoredPart, number> {
  const starts = new Map<StoredPart, number>();
  let start = 0;
  for (const part of parts) {
    starts.set(part, start);
    start += part.size;
  }
  return starts;
}

async function copyPart(folder: string, part: StoredPart, to: FileHandle, start: number): Promise<void> {
  const from = await open(join(folder, part.file ?? "data"), "r");
  try {
    await copyBytes(from, part.at ?? 0, part.size, to, start);
  } finally {
    await from.close();
  }
}

async function copyBytes(from: FileHandle, position: number, length: number, to: FileHandle, start: number): Promise<void> {
  const block = Buffer.allocUnsafeSlow(Math.min(COPY_BYTES, length));
  for (let done = 0; done < length;) {
    const { bytesRead } = await from.read(block, 0, Math.min(block.length, length - done), position + done);
    if (bytesRead === 0) throw new Error("A part is shorter than it was.");
    for (let sent = 0; sent < bytesRead;) sent += (await to.write(block, sent, bytesRead - sent, start + done + sent)).bytesWritten;
    done += bytesRead;
  }
}
