import { closeSync, openSync, readSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { syncFolder } from "./durable.ts";
import { SortedMap } from "./sorted.ts";

/** The index as one file: magic, then per bucket its name and pages, then the CRC-32 of everything before it. Lengths are u32. */
const MAGIC = Buffer.from("S3INDEX1");
const WRITE_BYTES = 1 << 20;

/** The pages of every bucket, taken at one moment. */
export type Snapshot = ReadonlyMap<string, readonly Buffer[]>;

/** Writes the file beside `path`, makes it durable and puts it in place. */
export async function writeSnapshot(path: string, buckets: Snapshot): Promise<void> {
  const file = await open(`${path}.new`, "w");
  try {
    let crc = 0;
    let batch: Buffer[] = [];
    let bytes = 0;
    for (const block of blocks(buckets)) {
      crc = crc32(block, crc);
      bytes += block.length;
      batch.push(block);
      if (bytes < WRITE_BYTES) continue;
      await file.writev(batch);
      batch = [];
      bytes = 0;
    }
    await file.writev([...batch, u32(crc)]);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncFolder(dirname(path));
}

/** The buckets of a snapshot file, or undefined when it is missing or damaged. */
export function readSnapshot(path: string): Map<string, SortedMap> | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return undefined;
  }
  try {
    return parse(reader(file));
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}

function* blocks(buckets: Snapshot): Generator<Buffer> {
  yield MAGIC;
  yield u32(buckets.size);
  for (const [name, pages] of buckets) {
    yield* [u32(Buffer.byteLength(name)), Buffer.from(name), u32(pages.length)];
    for (const page of pages) yield* [u32(page.length), page];
  }
}

type Reader = { take(length: number): Buffer; u32(): number; crc(): number };

function reader(file: number): Reader {
  let crc = 0;
  function take(length: number): Buffer {
    const block = Buffer.allocUnsafeSlow(length);
    if (readSync(file, block) !== length) throw new Error("The snapshot ends too early.");
    crc = crc32(block, crc);
    return block;
  }
  return { take, u32: () => take(4).readUInt32LE(), crc: () => crc };
}

function parse(from: Reader): Map<string, SortedMap> | undefined {
  if (!from.take(MAGIC.length).equals(MAGIC)) return undefined;
  const buckets = new Map<string, SortedMap>();
  for (let left = from.u32(); left > 0; left--) {
    const name = from.take(from.u32()).toString("utf8");
    const pages = Array.from({ length: from.u32() }, () => from.take(from.u32()));
    buckets.set(name, SortedMap.from(pages));
  }
  const crc = from.crc();
  return from.u32() === crc ? buckets : undefined;
}

function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}
