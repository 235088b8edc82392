import { closeSync, constants, fdatasync, fstatSync, fsync, open, openSync, read, readSync, write, writeSync } from "node:fs";

/**
 * Files by their number, for what is done at every request. A turn of Node's thread pool costs more than all the rest of a small request,
 * so what the system answers from its memory is done at once: opening a file, asking for its size, closing, and moving a few
 * KB. What waits for a disk by its nature, syncing above all, is left to the pool.
 */

/** An open file; whoever has it closes it. */
export type OpenFile = { readonly fd: number };
/** What tells one version of a file from another; `mtime` in milliseconds. */
export type Identity = { size: number; mtime: number; inode: number };

/** A link is not followed, and a pipe that somebody put in a file's place does not hold up the process until it has a writer. */
const READ_PLAIN = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** A small read or write that took so many milliseconds waited for a disk. Others may have to as well: for a while they hold up nobody. */
const SLOW = 4;
const SLOW_FOR = 50;
let slowUntil = 0;

/** Opens a file for reading. Throws the system's error. */
export function openFile(path: string | Buffer): OpenFile {
  return { fd: openSync(path, READ_PLAIN) };
}

/** Opens a file for writing: a new one, or also one that is there. */
export async function createFile(path: string, mode: "new" | "any"): Promise<OpenFile> {
  const flags = constants.O_RDWR | constants.O_CREAT | (mode === "new" ? constants.O_EXCL : 0);
  return new Promise((resolve, reject) => {
    open(path, flags, 0o666, (error, fd) => (error ? reject(error) : resolve({ fd })));
  });
}

export function closeFile({ fd }: OpenFile): void {
  closeSync(fd);
}

export function identityOf({ fd }: OpenFile): Identity {
  const { size, mtimeMs, ino } = fstatSync(fd);
  return { size, mtime: mtimeMs, inode: ino };
}

/** Reads into `target` and gives how many bytes there were: fewer than it takes, or 0, at the end of the file. */
export async function readAt({ fd }: OpenFile, target: Uint8Array, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, target, 0, target.byteLength, position, (error, bytes) => (error ? reject(error) : resolve(bytes)));
  });
}

/** The same for a few KB, at once when the disk is quick. */
export async function readSmall(file: OpenFile, target: Uint8Array, position: number): Promise<number> {
  return isSlow() ? readAt(file, target, position) : watched(() => readSync(file.fd, target, 0, target.byteLength, position));
}

/** A write may take less than it was given; the rest is tried again, so that a full disk shows as the error that it is. */
export async function writeAt(file: OpenFile, data: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < data.byteLength;) done += await writeSome(file, data, done, position + done);
}

/** The same for a few KB, at once when the disk is quick. */
export async function writeSmall(file: OpenFile, data: Uint8Array, position: number): Promise<void> {
  const written = isSlow() || data.byteLength === 0 ? 0 : watched(() => writeSync(file.fd, data, 0, data.byteLength, position));
  await writeAt(file, data.subarray(written), position + written);
}

/** Makes the content durable. */
export async function syncData({ fd }: OpenFile): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(fd, (error) => (error ? reject(error) : resolve()));
  });
}

/** Makes everything durable; of a folder, its names. */
export async function syncAll({ fd }: OpenFile): Promise<void> {
  return new Promise((resolve, reject) => {
    fsync(fd, (error) => (error ? reject(error) : resolve()));
  });
}

function isSlow(): boolean {
  return performance.now() < slowUntil;
}

function watched(call: () => number): number {
  const begin = performance.now();
  const result = call();
  const end = performance.now();
  if (end - begin > SLOW) slowUntil = end + SLOW_FOR;
  return result;
}

async function writeSome({ fd }: OpenFile, data: Uint8Array, from: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, data, from, data.byteLength - from, position, (error, bytes) => (error ? reject(error) : resolve(bytes)));
  });
}
