import type { Meta, ObjectEntry } from "./entry.ts";
import { toError } from "./errno.ts";
import { closeFile, type Identity, identityOf, type OpenFile } from "./file.ts";
import type { Folder } from "./folder.ts";
import type { Index } from "./index.ts";
import { isRawPath, pathOf } from "./path.ts";
import { adopted, isUnchanged, pathIn, type Trouble } from "./scan.ts";
import type { Settler } from "./settle.ts";
import type { Whole } from "./temp.ts";
import type { Turns } from "./turn.ts";
import { keep } from "./undo.ts";
import { fileAt, lookAt } from "./walk.ts";

/** Looks at the object that is there now, if any, and throws when the change must not happen. */
export type Check = (current: ObjectEntry | undefined) => void;

export type Objects = {
  /** What is there, by the file itself: one that somebody took away is found to be gone. */
  head(bucket: string, key: string): Promise<ObjectEntry | undefined>;
  /** An open file of exactly the version that `entry` describes; it stays readable when the object is overwritten. */
  open(bucket: string, key: string): Promise<{ file: OpenFile; entry: ObjectEntry } | undefined>;
  /**
   * Puts a received body in place. Durable and visible when it resolves; when it rejects, the file is where it was, and so is an older
   * version. `check` runs when nobody else can change the key.
   */
  commit(bucket: string, key: string, temp: Whole, about: { etag: string; meta: Meta }, check?: Check): Promise<ObjectEntry>;
  /** Removes an object, durably. Gives what was there. */
  remove(bucket: string, key: string, check?: Check): Promise<ObjectEntry | undefined>;
  /** Changes only what is known about an object. `change` runs when nobody else can change the key, and may throw. */
  amend(bucket: string, key: string, change: (entry: ObjectEntry) => ObjectEntry): Promise<ObjectEntry | undefined>;
};

type Parts = { index: Index; turns: Turns; settler: Settler; folderOf: (bucket: string) => Folder; trouble: Trouble };

const OPEN_ATTEMPTS = 16;

/** The objects of all buckets: files and index together. */
export function createObjects({ index, turns, settler, folderOf, trouble }: Parts): Objects {
  /** What is there now; a file that was put there by hand a moment ago counts, so that no condition overlooks it. */
  async function present(bucket: string, key: string): Promise<ObjectEntry | undefined> {
    const entry = index.get(bucket, key);
    if (entry) return entry;
    const [stray] = lookAt(folderOf(bucket).root, pathOf(key));
    if (!stray) return undefined;
    await index.put(bucket, key, adopted(key, stray, undefined));
    settler.tellSoon(bucket, key);
    return index.get(bucket, key);
  }

  async function head(bucket: string, key: string): Promise<ObjectEntry | undefined> {
    const entry = await settler.settle(bucket, key);
    // A change of this key is between the file and the index, and not done before it is in both.
    if (!entry || turns.idle(`${bucket}/${key}`)) return entry;
    const [file] = lookAt(folderOf(bucket).root, pathIn(entry, key));
    return file && isUnchanged(entry, file) ? entry : settler.lookAgain(bucket, key);
  }

  /** Has the index tell what is there: by the file itself where a condition asks. */
  function known(bucket: string, key: string, check: Check | undefined): Promise<unknown> {
    return check ? head(bucket, key) : settler.settle(bucket, key);
  }

  async function open(bucket: string, key: string): Promise<{ file: OpenFile; entry: ObjectEntry } | undefined> {
    for (let attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
      const entry = await settler.settle(bucket, key);
      if (!entry) return undefined;
      const file = folderOf(bucket).open(pathIn(entry, key));
      if (file && isUnchanged(entry, identityOf(file))) return { file, entry };
      if (file) closeFile(file);
      // Either a change of this key is between the file and the index and over in a moment, or somebody changed the file by hand.
      await (turns.idle(`${bucket}/${key}`) ?? settler.lookAgain(bucket, key));
    }
    throw new Error(`The file of ${bucket}/${key} does not come to rest.`);
  }

  /** The index says again what it said before. Where even that fails, the file tells at the next look that it is another. */
  async function revert(bucket: string, key: string, before: ObjectEntry | undefined): Promise<void> {
    await (before ? index.put(bucket, key, before) : index.remove(bucket, key)).catch(() => undefined);
  }

  /** Removes the file of an older version that lies elsewhere. The new one is visible already, so no error may say that it is not. */
  async function clear(bucket: string, folder: Folder, old: string): Promise<void> {
    await folder.remove(old).catch((error: unknown) => trouble(`The file ${bucket}/${old} was replaced but cannot be removed.`, error));
  }

  return {
    head,
    open,
    async commit(bucket, key, temp, { etag, meta }, check) {
      await known(bucket, key, check);
      return turns.run(`${bucket}/${key}`, async () => {
        const before = await present(bucket, key);
        check?.(before);
        const folder = folderOf(bucket);
        const canonical = pathOf(key);
        const old = before && pathIn(before, key);
        const kept = await keep(folder, temp.path, old);
        try {
          const path = await folder.place(temp.path, old === undefined || isRawPath(old) ? canonical : old, old);
          const { size, mtime, inode } = temp;
          const ctime = ctimeAt(folder, path, temp);
          const where = path === canonical ? {} : { path };
          const entry: ObjectEntry = { size, mtime, inode, ...(ctime === undefined ? {} : { ctime }), etag, meta, ...where };
          const [synced, written] = await Promise.allSettled([folder.sync(path), index.put(bucket, key, entry)]);
          if (synced.status === "rejected" || written.status === "rejected") {
            if (written.status === "fulfilled") await revert(bucket, key, before);
            await kept.putBack(path);
            throw toError(written.status === "rejected" ? written.reason : synced.status === "rejected" && synced.reason);
          }
          if (old !== undefined && old !== path) await clear(bucket, folder, old);
          return entry;
        } finally {
          await kept.drop();
        }
      });
    },
    async remove(bucket, key, check) {
      await known(bucket, key, check);
      return turns.run(`${bucket}/${key}`, async () => {
        const before = index.get(bucket, key);
        check?.(before);
        if (!before) return undefined;
        // In this order: a file that stays for an error stays an object too.
        await folderOf(bucket).remove(pathIn(before, key));
        await index.remove(bucket, key);
        return before;
      });
    },
    async amend(bucket, key, change) {
      await head(bucket, key);
      return turns.run(`${bucket}/${key}`, async () => {
        const before = index.get(bucket, key);
        if (!before) return undefined;
        const entry = change(before);
        await index.put(bucket, key, entry);
        return entry;
      });
    },
  };
}

/** The placing itself changes it. Undefined when somebody was so quick that another file is there. */
function ctimeAt({ root }: Folder, path: string, placed: Identity): number | undefined {
  const [file] = fileAt(root, path);
  return file && file.inode === placed.inode && file.mtime === placed.mtime ? file.ctime : undefined;
}
