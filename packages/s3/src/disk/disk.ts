import { randomUUID } from "node:crypto";
import { lstatSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { DigestName } from "../checksum.ts";
import { isBucketName } from "../name.ts";
import { type BucketSettings, openSettings } from "./bucket.ts";
import { makeFolder, syncFolder } from "./durable.ts";
import { createFold } from "./fold.ts";
import { type Folder, openFolder } from "./folder.ts";
import { type Index, openIndex } from "./index.ts";
import { type FolderLock, lockFolder } from "./lock.ts";
import { type Multipart, openMultipart } from "./multipart.ts";
import { createObjects, type Objects } from "./objects.ts";
import { scan, pathIn, type Trouble } from "./scan.ts";
import { createSettler, type OnOutside, type Settler } from "./settle.ts";
import { SortedMap } from "./sorted.ts";
import { cloneFile, type Temp, type Whole, writeTemp } from "./temp.ts";
import { createTurns } from "./turn.ts";
import { decodeEntry, isUnsettled, type ObjectEntry } from "./entry.ts";

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
  /** Milliseconds after which an upload that was never completed is removed, at the next start; default a week. */
  uploadExpiry?: number;
};

/** So many files are told of, or wait to be read, at the same time after a start; their records share one fsync. */
const SETTLE_PARALLEL = 64;
const PROGRESS_EVERY = 5000;
const WEEK = 7 * 86_400_000;

/**
 * Opens the folder and compares it with the index. Nothing is told and no file is read before `rescan` is called. When it rejects, the
 * folder is free again. Throws LockedError.
 */
export async function openDisk(options: DiskOptions): Promise<Disk> {
  const { root, state } = options;
  await makeFolder(root);
  await makeFolder(state);
  const lock = await lockFolder(state, root);
  try {
    return await openLocked(options, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function openLocked(options: DiskOptions, lock: FolderLock): Promise<Disk> {
  const { root, state, onOutside, trouble, notice, foldCase, uploadExpiry = WEEK } = options;
  const temp = join(state, "temp");
  rmSync(temp, { recursive: true, force: true });
  await makeFolder(temp);
  const index = await openIndex(join(state, "index"), trouble);
  const settings = openSettings(join(state, "buckets.json"));
  const folds = foldCase ?? foldsCase(state);
  const multipart = await openMultipart(join(state, "multipart"), uploadExpiry);
  const turns = createTurns();
  const folders = new Map<string, Folder>();
  const stop = new AbortController();
  const settler = createSettler({ index, turns, folderOf, onOutside, trouble, stopped: stop.signal });
  let removedAtStart: Removed[] | undefined = await scanAll();
  const rescans = new Set<Promise<void>>();

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

  async function scanAll(): Promise<Removed[]> {
    const entries = readdirSync(root, { withFileTypes: true });
    const there = entries.filter((entry) => entry.isDirectory() && isBucketName(entry.name)).map(({ name }) => name);
    for (const name of there.filter((bucket) => !index.bucket(bucket))) await index.addBucket(name);
    const removed: Removed[] = [];
    const progress = createProgress(notice);
    for (const bucket of index.names()) {
      if (!there.includes(bucket)) {
        await forget(bucket);
        continue;
      }
      const found = await scan({ index, turns, trouble, progress }, bucket, join(root, bucket));
      if (found.changed + found.removed.length > 0) {
        notice(`${bucket}: ${found.changed} files came or changed and ${found.removed.length} went without this server.`);
      }
      for (const key of found.removed) removed.push({ bucket, key });
    }
    return removed;
  }

  /** The folder of a whole bucket is gone. */
  async function forget(name: string): Promise<void> {
    trouble(`The folder of the bucket ${name} is gone, and the bucket with it.`);
    folders.delete(name);
    await index.removeBucket(name);
  }

  async function rescan(): Promise<void> {
    const removed = removedAtStart ?? (await scanAll());
    removedAtStart = undefined;
    for (const { bucket, key } of removed) await onOutside({ kind: "removed", bucket, key });
    const rest = unsettled(index);
    const work = async (): Promise<void> => {
      for (const { bucket, key } of rest) {
        if (stop.signal.aborted) return;
        await Promise.all([settler.settle(bucket, key), settler.tell(bucket, key)]).catch((error: unknown) => {
          if (!stop.signal.aborted) trouble(`${bucket}/${key} cannot be read.`, error);
        });
      }
    };
    await Promise.all(Array.from({ length: SETTLE_PARALLEL }, work));
  }

  return {
    ...createObjects({ index, turns, settler, folderOf }),
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
      const done = rescan().finally(() => rescans.delete(done));
      rescans.add(done);
      await done;
    },
    async close() {
      stop.abort();
      await Promise.allSettled(rescans);
      await index.close();
      await lock.release();
    },
  };
}

type Removed = { bucket: string; key: string };

/** What must be read or told of, as it is when its turn comes; however many they are, it takes no memory. */
function* unsettled(index: Index): Generator<{ bucket: string; key: string }, undefined> {
  for (const bucket of index.names()) {
    const now = SortedMap.from(index.bucket(bucket)?.snapshot() ?? []);
    for (const { key, value } of now.entries()) if (isUnsettled(value)) yield { bucket, key: key.toString("utf8") };
  }
}

/** Says how far a scan is, when it takes long. */
function createProgress(notice: (message: string) => void): (bucket: string, files: number) => void {
  let next = Date.now() + PROGRESS_EVERY;
  return (bucket, files) => {
    if (Date.now() < next) return;
    next = Date.now() + PROGRESS_EVERY;
    notice(`${bucket}: compared ${files} files with the index so far.`);
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
