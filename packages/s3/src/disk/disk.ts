import { randomUUID } from "node:crypto";
import { lstatSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { DigestName } from "../checksum.ts";
import { type BucketSettings, openSettings } from "./bucket.ts";
import { makeFolder, syncFolder } from "./durable.ts";
import { decodeEntry, type ObjectEntry } from "./entry.ts";
import { createFold } from "./fold.ts";
import { type Folder, openFolder } from "./folder.ts";
import { type Index, openIndex } from "./index.ts";
import { type FolderLock, lockFolder } from "./lock.ts";
import { type Multipart, openMultipart } from "./multipart.ts";
import { createObjects, type Objects } from "./objects.ts";
import { createRescan } from "./rescan.ts";
import { pathIn, type Trouble } from "./scan.ts";
import { createSettler, type OnOutside, type Settler } from "./settle.ts";
import { cloneFile, type Temp, type Whole, writeTemp } from "./temp.ts";
import { createTurns } from "./turn.ts";

export type Disk = Objects & {
  index: Index;
  settings: BucketSettings;
  multipart: Multipart;
  settle: Settler["settle"];
  /** Writes a body beside the objects; it becomes one by `commit`. */
  receive(chunks: AsyncIterable<Buffer>, wanted: Iterable<DigestName>, limit: number): Promise<Temp>;
  /** Removes what `receive` wrote, when it did not become an object. */
  discard(temp: Pick<Temp, "path">): Promise<void>;
  /** A copy of an object's file beside the objects; undefined when it is no more the one that `entry` tells of. */
  clone(bucket: string, key: string, entry: ObjectEntry): Promise<Whole | undefined>;
  /** False when it is there already. */
  addBucket(name: string): Promise<boolean>;
  /** Rejects with `ENOTEMPTY` when files are in its folder. */
  removeBucket(name: string): Promise<void>;
  /** Looks for what was changed by hand, tells it, and reads what has to be read; resolves when that is done. */
  rescan(): Promise<void>;
  close(): Promise<void>;
};

export type DiskOptions = {
  root: string;
  /** On the same file system as `root`. */
  state: string;
  onOutside: OnOutside;
  trouble: Trouble;
  /** Told how a scan goes that takes its time, and what it found. */
  notice: (message: string) => void;
  /** Whether the file system takes names that differ in case only for the same; found out when not given. */
  foldCase?: boolean;
};

/** Of the two folders that hold everything; what is in them has the modes of the user's umask. */
const PRIVATE = 0o700;

/** Beside the buckets: two servers with different state folders must not share them. */
const ROOT_LOCK = ".s3.lock";

/**
 * Opens the folder and compares it with the index. Nothing is told and no file is read before `rescan` is called. When it rejects, the
 * folders are free again. Throws LockedError.
 */
export async function openDisk(options: DiskOptions): Promise<Disk> {
  const { root, state } = options;
  const locks: FolderLock[] = [];
  const lock: FolderLock = { release: async () => void (await Promise.all(locks.map((held) => held.release()))) };
  try {
    await makeFolder(root, PRIVATE);
    locks.push(await lockFolder(root, { name: ROOT_LOCK, mayBeClosed: true }));
    await makeFolder(state, PRIVATE);
    locks.push(await lockFolder(state));
    return await openLocked(options, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function openLocked(options: DiskOptions, lock: FolderLock): Promise<Disk> {
  const { root, state, onOutside, trouble, notice, foldCase } = options;
  const temp = join(state, "temp");
  rmSync(temp, { recursive: true, force: true });
  await makeFolder(temp);
  const index = await openIndex(join(state, "index"), trouble);
  const settings = openSettings(join(state, "buckets.json"));
  const folds = foldCase ?? foldsCase(state);
  const multipart = await openMultipart(join(state, "multipart"), trouble);
  const turns = createTurns();
  const folders = new Map<string, Folder>();
  const stop = new AbortController();
  const settler = createSettler({ index, turns, folderOf, onOutside, trouble, stopped: stop.signal });
  const rescan = createRescan({ root, index, turns, settler, onOutside, trouble, notice, stopped: stop.signal, onGone });
  await rescan.compare();
  let compared = true;
  const running = new Set<Promise<void>>();

  /** The first time what the start has found is told. */
  async function rescanNow(): Promise<void> {
    if (!compared) await rescan.compare();
    compared = false;
    await rescan.tell();
  }

  function folderOf(bucket: string): Folder {
    const folder = folders.get(bucket) ?? openBucketFolder(bucket);
    folders.set(bucket, folder);
    return folder;
  }

  function openBucketFolder(bucket: string): Folder {
    const fold = folds ? createFold() : undefined;
    for (const { key, value } of fold ? (index.bucket(bucket)?.entries() ?? []) : []) {
      fold?.reserve(pathIn(decodeEntry(value), key.toString()));
    }
    return openFolder(join(root, bucket), fold);
  }

  async function onGone(bucket: string): Promise<void> {
    trouble(`The folder of the bucket ${bucket} is gone, and the bucket with it.`);
    folders.delete(bucket);
    await index.removeBucket(bucket);
  }

  return {
    ...createObjects({ index, turns, settler, folderOf, trouble }),
    index,
    settings,
    multipart,
    settle: settler.settle,
    receive: (chunks, wanted, limit) => writeTemp(temp, chunks, wanted, limit),
    discard: ({ path }) => rm(path, { force: true }),
    clone: (bucket, key, entry) => cloneFile(folderOf(bucket).root, pathIn(entry, key), entry, temp),
    async addBucket(name) {
      if (index.bucket(name)) return false;
      await mkdir(join(root, name), { recursive: true });
      await syncFolder(root);
      await settings.set(name, { createdAt: new Date().toISOString() });
      await index.addBucket(name);
      return true;
    },
    async removeBucket(name) {
      await rmdir(join(root, name));
      folders.delete(name);
      await syncFolder(root);
      await settings.set(name, undefined);
      await index.removeBucket(name);
    },
    async rescan() {
      const done = rescanNow().finally(() => running.delete(done));
      running.add(done);
      await done;
    },
    async close() {
      stop.abort();
      await Promise.allSettled(running);
      await multipart.close();
      await index.close();
      await lock.release();
    },
  };
}

/** Asks the file system itself. */
function foldsCase(folder: string): boolean {
  const probe = join(folder, `Case-${randomUUID()}`);
  writeFileSync(probe, "");
  try {
    return lstatSync(probe.replace(/Case-/u, "cASE-"), { throwIfNoEntry: false }) !== undefined;
  } finally {
    rmSync(probe);
  }
}
