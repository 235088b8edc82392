import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode } from "./errno.ts";

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

/** Makes `path` and every missing folder above it, each durably. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let folder = path; folder.length >= first.length; folder = dirname(folder)) await syncFolder(dirname(folder));
}

function start(path: string | Buffer): Promise<void> {
  const sync = syncNow(path).finally(() => running.delete(path));
  running.set(path, sync);
  return sync;
}

async function syncNow(path: string | Buffer): Promise<void> {
  let folder: FileHandle | undefined;
  try {
    folder = await open(path, "r");
    await folder.sync();
  } catch (error) {
    if (!hasCode(error, "EPERM", "EACCES", "EISDIR", "EINVAL", "EBADF", "ENOENT")) throw error;
  } finally {
    await folder?.close();
  }
}
