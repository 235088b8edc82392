import type { DigestName } from "../checksum.ts";
import { BLOCK_BYTES, busyBlocks, giveBlock, takeBlock } from "./block.ts";
import { createDigester, type Digests } from "./digest.ts";
import { toError } from "./errno.ts";
import { type OpenFile, syncData, writeAt, writeSmall } from "./file.ts";

/** A body up to this size is gathered and hashed where it is: handing it to another thread would cost more. */
const SMALL_BYTES = 256 * 1024;
/** After so much the disk is set to work in the background, so that the sync at the end finds little left to do. */
const SYNC_BYTES = 16 << 20;

export type Filled = { size: number; digests: Digests };

export type FillOptions = {
  /** Where in the file the first byte goes. */
  position: number;
  wanted: Iterable<DigestName>;
  /** One byte more than this ends the reading: the body is too long. */
  limit: number;
};

/** Writes `chunks` into a file, durably, and computes digests of them. Once it has ended, in any way, nothing is written any more. */
export async function fill(file: OpenFile, chunks: AsyncIterable<Buffer>, options: FillOptions): Promise<Filled> {
  return options.limit <= SMALL_BYTES ? fillSmall(file, chunks, options) : fillLarge(file, chunks, options);
}

async function fillSmall(file: OpenFile, chunks: AsyncIterable<Buffer>, { position, wanted, limit }: FillOptions): Promise<Filled> {
  const digester = createDigester(wanted, limit);
  const gathered: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limit) break;
    gathered.push(chunk);
    digester.chunk(chunk);
  }
  const body = gathered.length === 1 ? (gathered[0] ?? Buffer.alloc(0)) : Buffer.concat(gathered);
  await writeSmall(file, body, position);
  await syncData(file);
  return { size, digests: await digester.digest() };
}

async function fillLarge(file: OpenFile, chunks: AsyncIterable<Buffer>, { position, wanted, limit }: FillOptions): Promise<Filled> {
  const digester = createDigester(wanted, limit);
  const running = new Set<Promise<void>>();
  /** The first thing that went wrong in the background; by the end of the body it may have settled long ago. */
  let failure: Error | undefined;
  let block = takeBlock();
  let view = Buffer.from(block);
  let filled = 0;
  let size = 0;
  let started = 0;
  let synced = 0;
  let last = Promise.resolve();

  function run(task: Promise<void>): void {
    const settled = task.finally(() => running.delete(settled));
    settled.catch((error: unknown) => (failure ??= toError(error)));
    running.add(settled);
  }

  /** Blocks are written side by side, and then hashed in their order: each waits for the one `before` it. */
  async function work(full: ArrayBuffer, length: number, at: number, before: Promise<void>): Promise<void> {
    const written = writeAt(file, Buffer.from(full, 0, length), at);
    try {
      await Promise.all([written, before]);
      giveBlock(await digester.block(full, length));
    } finally {
      // A block that failed before must not let the file be closed while this one is still on its way to the disk.
      await Promise.allSettled([written]);
      busyBlocks.leave();
    }
  }

  /** Writes and hashes the block while the next one is being received. */
  async function flush(): Promise<void> {
    if (failure) throw failure;
    await busyBlocks.enter();
    last = work(block, filled, position + started, last);
    run(last);
    started += filled;
    block = takeBlock();
    view = Buffer.from(block);
    filled = 0;
    if (started - synced < SYNC_BYTES) return;
    synced = started;
    run(syncData(file));
  }

  try {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > limit) break;
      digester.chunk(chunk);
      for (let at = 0; at < chunk.length;) {
        const copied = chunk.copy(view, filled, at);
        filled += copied;
        at += copied;
        if (filled === BLOCK_BYTES) await flush();
      }
    }
    await flush();
    await Promise.allSettled(running);
    if (failure) throw failure;
    const [digests] = await Promise.all([digester.digest(), syncData(file)]);
    return { size, digests };
  } catch (error) {
    await Promise.allSettled(running);
    digester.drop();
    throw error;
  } finally {
    giveBlock(block);
  }
}
