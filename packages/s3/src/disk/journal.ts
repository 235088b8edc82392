import { ftruncateSync } from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { syncFolder } from "./durable.ts";
import { isFull } from "./errno.ts";
import { closeFile, createFile, type OpenFile, syncAll, syncData, writeSmall } from "./file.ts";

/** One change of the index. `value` is absent when the key was removed; `key` is absent when the whole bucket came or went. */
export type JournalRecord = { bucket: string; key: Buffer; value: Buffer | undefined };

const FRAME = 8;
const PUT = 1;
const DELETE = 0;

/** An append-only log. Every `append` that waits while the disk is busy shares the next fsync. */
export type Journal = {
  /** Resolves when the record is on disk. Rejects when it may not be; the journal then refuses everything else. */
  append(record: JournalRecord): Promise<void>;
  readonly bytes: number;
  close(): Promise<void>;
};

/** Opens the log at `path` for appending after its first `length` bytes; what lies behind them is cut off. */
export async function openJournal(path: string, length: number): Promise<Journal> {
  const file = await createFile(path, "any");
  ftruncateSync(file.fd, length);
  await syncAll(file);
  await syncFolder(dirname(path));
  let bytes = length;
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  let broken: Error | undefined;

  async function write(batch: readonly Waiting[]): Promise<void> {
    if (broken) throw broken;
    const frames = Buffer.concat(batch.map(({ frame }) => frame));
    try {
      await writeSmall(file, frames, bytes);
      await syncData(file);
      bytes += frames.length;
    } catch (error) {
      broken = await cutBack(file, bytes, error);
      throw error;
    }
  }

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const result = await write(batch).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
      for (const { settle } of batch) settle(result ?? undefined);
    }
    running = undefined;
  }

  return {
    append: (record) =>
      new Promise((resolve, reject) => {
        waiting.push({ frame: encode(record), settle: (error) => (error ? reject(error) : resolve()) });
        running ??= Promise.resolve().then(flush);
      }),
    get bytes() {
      return bytes;
    },
    async close() {
      await running;
      closeFile(file);
    },
  };
}

type Waiting = { frame: Buffer; settle: (error: Error | undefined) => void };

/** The whole records at the start of a log, and where the first torn or damaged one begins. */
export function readJournal(log: Buffer): { records: JournalRecord[]; length: number } {
  const records: JournalRecord[] = [];
  let at = 0;
  while (at + FRAME <= log.length) {
    const length = log.readUInt32LE(at);
    const payload = log.subarray(at + FRAME, at + FRAME + length);
    if (payload.length < length || length < 4 || crc32(payload) !== log.readUInt32LE(at + 4)) break;
    records.push(decode(payload));
    at += FRAME + length;
  }
  return { records, length: at };
}

/** A full disk leaves half a record: it is cut off and the journal goes on. After a failed fsync nothing can be promised any more. */
async function cutBack(file: OpenFile, bytes: number, error: unknown): Promise<Error | undefined> {
  try {
    ftruncateSync(file.fd, bytes);
    await syncData(file);
    return isFull(error) ? undefined : new Error("The journal could not be written.", { cause: error });
  } catch (failure) {
    return new Error("The journal could not be cut back.", { cause: failure });
  }
}

/** u32 length and u32 CRC-32 of the payload: u8 kind, u8 bucket length, bucket, u16 key length, key, value. */
function encode({ bucket, key, value }: JournalRecord): Buffer {
  const name = Buffer.from(bucket);
  const payload = Buffer.concat([
    Buffer.from([value ? PUT : DELETE, name.length]),
    name,
    Buffer.from([key.length & 0xff, key.length >> 8]),
    key,
    value ?? Buffer.alloc(0),
  ]);
  const frame = Buffer.alloc(FRAME);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeUInt32LE(crc32(payload), 4);
  return Buffer.concat([frame, payload]);
}

function decode(payload: Buffer): JournalRecord {
  const nameEnd = 2 + payload.readUInt8(1);
  const keyEnd = nameEnd + 2 + payload.readUInt16LE(nameEnd);
  return {
    bucket: payload.toString("utf8", 2, nameEnd),
    key: payload.subarray(nameEnd + 2, keyEnd),
    value: payload.readUInt8(0) === PUT ? payload.subarray(keyEnd) : undefined,
  };
}
