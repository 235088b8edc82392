import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode } from "./errno.ts";
import { closeFile, openFile, type OpenFile, syncAll } from "./file.ts";

/** An fsync of each folder that is running, and the one that waits behind it: everybody who comes meanwhile shares the second. */
const running = new Map<string | Buffer, Promise<void>>();
const queued = new Map<string | Buffer, Promise<void>>();

/** Makes the names in a folder durable. Systems that cannot sync a folder (Windows) do so by themselves. */
export function syncFolder(path: string | Buffer): Promise<void> {
  const waiting = queued.get(path);
  if (waiting) return waiting;
  const before = running.get(path);
  if (!before) return start(path);
  const next = before
    .catch(() => undefined)
    .then(() => {
      queued.delete(path);
      return start(path);
    });
  queued.set(path, next);
  return next;
}

/** Folders that are being made: there for everybody, but not yet durable. */
const making = new Map<string, Promise<void>>();

/**
 * Makes `path`, with this mode, and every missing folder above it. When it resolves, all of them are durable, whoever made them. The mode
 * of a folder that is there stays.
 */
export function makeFolder(path: string, mode = 0o777): Promise<void> {
  const shared = making.get(path);
  if (shared) return shared;
  const made = make(path, mode).finally(() => making.delete(path));
  making.set(path, made);
  return made;
}

async function make(path: string, mode: number): Promise<void> {
  const above = dirname(path);
  try {
    await mkdir(path, mode);
  } catch (error) {
    if (hasCode(error, "ENOENT") && above !== path) {
      await makeFolder(above);
      return make(path, mode);
    }
    const there = await stat(path).catch(() => undefined);
    if (there?.isDirectory() !== true) throw error;
    return durableAbove(path);
  }
  await Promise.all([syncFolder(above), durableAbove(path)]);
}

async function durableAbove(path: string): Promise<void> {
  const above = dirname(path);
  if (above === path) return;
  await Promise.all([making.get(above), durableAbove(above)]);
}

function start(path: string | Buffer): Promise<void> {
  const sync = syncNow(path).finally(() => running.delete(path));
  running.set(path, sync);
  return sync;
}

async function syncNow(path: string | Buffer): Promise<void> {
  let folder: OpenFile | undefined;
  try {
    folder = openFile(path);
    await syncAll(folder);
  } catch (error) {
    if (!hasCode(error, "EPERM", "EACCES", "EISDIR", "EINVAL", "EBADF", "ENOENT")) throw error;
  } finally {
    if (folder) closeFile(folder);
  }
}
