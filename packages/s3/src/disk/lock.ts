import { spawnSync } from "node:child_process";
import { closeSync, constants, openSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { hasCode } from "./errno.ts";

/** Another process works on the same folder; `pid` is its number, when it has said so. */
export class LockedError extends Error {
  override readonly name = "LockedError";
  readonly pid: number | undefined;

  constructor(folder: string, pid: number | undefined) {
    const other = `Another process${pid === undefined ? "" : ` (pid ${pid})`}`;
    super(`${other} already uses the folder ${folder}. Stop it first, or choose another folder.`);
    this.pid = pid;
  }
}

/** A folder that is ours until `release`, or until this process ends in whatever way: the operating system holds the lock. */
export type FolderLock = { release(): Promise<void> };

/** `mayBeClosed`: the folder need not be ours to write to; where it is not, only the lock that needs no file holds (Linux). */
type LockOptions = { name?: string; mayBeClosed?: boolean };

/** `O_EXLOCK`: on macOS a flock taken by open, on Windows (libuv's own number) an open without sharing. */
const EXCLUSIVE_OPEN: Partial<Record<NodeJS.Platform, number>> = { darwin: 0x20 | constants.O_NONBLOCK, win32: 0x10000000 };

/**
 * Takes the exclusive lock of a folder, which is the file `name` in it. Throws LockedError, which says who has it.
 * It is the system's own lock: it cannot go stale, and on network folders the file server keeps it (NFS 4, SMB).
 * - macOS, Windows: `O_EXLOCK` in open.
 * - Linux: flock(1) of util-linux or BusyBox locks our open file through an inherited descriptor; the lock stays when flock(1) is gone.
 *   Beside it an abstract socket named by device and inode, for the Linux without flock(1) and the file system without locks: that one
 *   keeps out the processes of this machine (of one network namespace).
 */
export async function lockFolder(folder: string, { name = "lock", mayBeClosed = false }: LockOptions = {}): Promise<FolderLock> {
  const about = join(folder, `${name}.json`);
  const held: FolderLock[] = [];
  const add = (lock: FolderLock | "taken" | undefined): void => {
    if (lock === "taken") throw new LockedError(folder, holder(about));
    if (lock) held.push(lock);
  };
  try {
    if (process.platform === "linux") add(await lockSocket(folder));
    try {
      add(lockFile(join(folder, name)));
      writeFileSync(about, JSON.stringify({ pid: process.pid }), { mode: 0o600 });
    } catch (error) {
      if (!mayBeClosed || !hasCode(error, "EACCES", "EPERM", "EROFS")) throw error;
    }
  } catch (error) {
    await releaseAll(held);
    throw error;
  }
  return { release: () => releaseAll(held) };
}

async function releaseAll(locks: readonly FolderLock[]): Promise<void> {
  await Promise.all(locks.map((lock) => lock.release()));
}

/** Undefined when files cannot be locked here. */
function lockFile(path: string): FolderLock | "taken" | undefined {
  const exclusive = EXCLUSIVE_OPEN[process.platform];
  try {
    const file = openSync(path, constants.O_RDWR | constants.O_CREAT | (exclusive ?? 0), 0o600);
    const lock = exclusive === undefined ? flock(file) : { release: async () => closeSync(file) };
    if (lock === "taken" || lock === undefined) closeSync(file);
    return lock;
  } catch (error) {
    if (hasCode(error, "EBUSY", "EAGAIN", "EWOULDBLOCK")) return "taken";
    throw error;
  }
}

function flock(file: number): FolderLock | "taken" | undefined {
  const { status, stderr } = spawnSync("flock", ["-n", "-x", "3"], { stdio: ["ignore", "ignore", "pipe", file] });
  if (status === 0) return { release: async () => closeSync(file) };
  // Both flavours are silent when the lock is taken, and complain when locking does not work here.
  return status === 1 && stderr.length === 0 ? "taken" : undefined;
}

function lockSocket(folder: string): Promise<FolderLock | "taken"> {
  const { dev, ino } = statSync(folder, { bigint: true });
  const server = createServer().unref();
  return new Promise((resolve, reject) => {
    server.once("error", (error) => (hasCode(error, "EADDRINUSE") ? resolve("taken") : reject(error)));
    server.listen({ path: `\0folder-${dev}-${ino}` }, () =>
      resolve({ release: () => new Promise((closed) => server.close(() => closed())) }),
    );
  });
}

/** Undefined when the holder has not said yet who it is. */
function holder(about: string): number | undefined {
  try {
    const said: unknown = JSON.parse(readFileSync(about, "utf8"));
    return typeof said === "object" && said !== null && "pid" in said && typeof said.pid === "number" ? said.pid : undefined;
  } catch {
    return undefined;
  }
}
