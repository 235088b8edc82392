import { mkdir, readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { FileHandle } from "node:fs/promises";
import type { DigestName } from "../checksum.ts";
import { makeFolder, syncFolder } from "./durable.ts";
import type { Meta, ObjectEntry } from "./entry.ts";
import { type Folder, openFolder } from "./folder.ts";
import { type Index, openIndex } from "./index.ts";
import { pathOf } from "./path.ts";
import { type Temp, writeTemp } from "./temp.ts";
import { createTurns } from "./turn.ts";

/** Looks at the object that is there now, if any, and throws when the change must not happen. */
export type Check = (current: ObjectEntry | undefined) => void;

export type Disk = {
  index: Index;
  /** Writes a body beside the objects; it becomes one by `commit`. */
  receive(chunks: AsyncIterable<Buffer>, wanted: Iterable<DigestName>, limit: number): Promise<Temp>;
  discard(temp: Temp): Promise<void>;
  /** Puts a received body in place. Durable and visible when it resolves; without effect when it rejects. `check` runs when nobody else can change the key. */
  commit(bucket: string, key: string, temp: Temp, about: { etag: string; meta: Meta }, check: Check): Promise<ObjectEntry>;
  /** Removes an object, durably. Gives what was there. */
  remove(bucket: string, key: string, check: Check): Promise<ObjectEntry | undefined>;
  /** Changes only what is known about an object. */
  amend(bucket: string, key: string, change: (entry: ObjectEntry) => ObjectEntry): Promise<ObjectEntry | undefined>;
  head(bucket: string, key: string): Promise<ObjectEntry | undefined>;
  /** An open file of exactly the version that `entry` describes; it stays readable when the object is overwritten. */
  open(bucket: string, key: string): Promise<{ file: FileHandle; entry: ObjectEntry } | undefined>;
  addBucket(name: string): Promise<boolean>;
  removeBucket(name: string): Promise<void>;
  close(): Promise<void>;
};

const OPEN_ATTEMPTS = 8;

/** Opens the store in `root`, whose own state lies in `state` (on the same file system). */
export async function openDisk(root: string, state: string): Promise<Disk> {
  const temp = join(state, "temp");
  await makeFolder(root);
  await rm(temp, { recursive: true, force: true });
  await makeFolder(temp);
  const index = await openIndex(join(state, "index"));
  const turns = createTurns();
  const folders = new Map<string, Folder>();
  for (const entry of await readdir(root, { withFileTypes: true })) {
    if (entry.isDirectory() && !entry.name.startsWith(".") && !index.bucket(entry.name)) await index.addBucket(entry.name);
  }

  function folderOf(bucket: string): Folder {
    const known = folders.get(bucket) ?? openFolder(join(root, bucket));
    folders.set(bucket, known);
    return known;
  }

  async function open(bucket: string, key: string): Promise<{ file: FileHandle; entry: ObjectEntry } | undefined> {
    for (let attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
      const entry = index.get(bucket, key);
      if (!entry) return undefined;
      const file = await folderOf(bucket)
        .open(entry.path ?? pathOf(key))
        .catch(() => undefined);
      const stat = await file?.stat();
      if (file && stat && stat.ino === entry.inode && stat.size === entry.size && stat.mtimeMs === entry.mtime) return { file, entry };
      await file?.close();
      // Either a change of this key is between the file and the index, and is over in a moment, or somebody changed the file by hand.
      await turns.idle(`${bucket}/${key}`);
    }
    return undefined;
  }

  return {
    index,
    open,
    receive: (chunks, wanted, limit) => writeTemp(temp, chunks, wanted, limit),
    discard: ({ path }) => rm(path, { force: true }),
    commit: (bucket, key, received, { etag, meta }, check) =>
      turns.run(`${bucket}/${key}`, async () => {
        const before = index.get(bucket, key);
        check(before);
        const folder = folderOf(bucket);
        const canonical = pathOf(key);
        const path = await folder.place(received.path, before?.path ?? canonical);
        const { size, mtime, inode } = received;
        const entry: ObjectEntry = { size, mtime, inode, etag, meta, ...(path === canonical ? {} : { path }) };
        await Promise.all([folder.sync(path), index.put(bucket, key, entry)]);
        return entry;
      }),
    remove: (bucket, key, check) =>
      turns.run(`${bucket}/${key}`, async () => {
        const before = index.get(bucket, key);
        check(before);
        if (!before) return undefined;
        await folderOf(bucket).remove(before.path ?? pathOf(key));
        await index.remove(bucket, key);
        return before;
      }),
    amend: (bucket, key, change) =>
      turns.run(`${bucket}/${key}`, async () => {
        const before = index.get(bucket, key);
        if (!before) return undefined;
        const entry = change(before);
        await index.put(bucket, key, entry);
        return entry;
      }),
    head: async (bucket, key) => index.get(bucket, key),
    async addBucket(name) {
      if (index.bucket(name)) return false;
      await mkdir(join(root, name), { recursive: true });
      await syncFolder(root);
      await index.addBucket(name);
      return true;
    },
    async removeBucket(name) {
      await rmdir(join(root, name));
      folders.delete(name);
      await syncFolder(root);
      await index.removeBucket(name);
    },
    close: () => index.close(),
  };
}
