import { realpath } from "node:fs/promises";
import type { Meta, ObjectEntry } from "./entry.ts";
import { readEtag } from "./etag.ts";
import { closeFile, identityOf } from "./file.ts";
import type { Folder } from "./folder.ts";
import type { Index } from "./index.ts";
import { nativePath } from "./path.ts";
import { isUnchanged, pathIn, type Trouble, unhashed } from "./scan.ts";
import type { Turns } from "./turn.ts";
import { lookAt } from "./walk.ts";

/** What happened to a file without us. */
type Outside = { kind: "created" | "removed"; bucket: string; key: string; entry?: ObjectEntry };
export type OnOutside = (change: Outside) => void;

/** Finds out what files are that somebody put, changed or took away by hand. */
export type Settler = {
  /** The entry with its etag; reads the file when it has none yet. Undefined when there is no object. */
  settle: (bucket: string, key: string) => Promise<ObjectEntry | undefined>;
  /** The file of this entry is not what the index says: looks again, then settles. */
  lookAgain: (bucket: string, key: string) => Promise<ObjectEntry | undefined>;
};

type Parts = { index: Index; turns: Turns; folderOf: (bucket: string) => Folder; onOutside: OnOutside; trouble: Trouble };

export function createSettler({ index, turns, folderOf, onOutside, trouble }: Parts): Settler {
  const running = new Map<string, Promise<ObjectEntry | undefined>>();

  async function hash(bucket: string, key: string): Promise<ObjectEntry | undefined> {
    for (;;) {
      const entry = index.get(bucket, key);
      if (!entry || entry.etag !== "") return entry;
      const read = await readFile(folderOf(bucket), pathIn(entry, key), entry);
      const settled = await turns.run(`${bucket}/${key}`, async () => {
        const now = index.get(bucket, key);
        if (!now || now.etag !== "" || !isUnchanged(now, entry)) return undefined;
        if (!read) return refresh(bucket, key, now);
        const next = withEtag(now, read);
        await index.put(bucket, key, next);
        if (next.etag !== now.meta.formerEtag) onOutside({ kind: "created", bucket, key, entry: next });
        return next;
      });
      if (settled === "unreadable") return undefined;
      if (settled) return settled;
    }
  }

  /** Takes over what the file is now, or that it is gone. Runs in the key's turn. A file that may not be read is as good as none. */
  async function refresh(bucket: string, key: string, entry: ObjectEntry): Promise<"unreadable" | undefined> {
    const path = pathIn(entry, key);
    const [file] = (await isInside(folderOf(bucket).root, path)) ? lookAt(folderOf(bucket).root, path) : [];
    if (file && isUnchanged(entry, file)) {
      trouble(`The file ${bucket}/${path} may not be read and is not shown.`);
      return "unreadable";
    }
    await index.apply(file ? unhashed(bucket, key, file, entry) : { bucket, key: Buffer.from(key), value: undefined });
    if (!file) onOutside({ kind: "removed", bucket, key });
    return undefined;
  }

  async function settle(bucket: string, key: string): Promise<ObjectEntry | undefined> {
    const entry = index.get(bucket, key);
    if (!entry || entry.etag !== "") return entry;
    const name = `${bucket}/${key}`;
    const mine = running.get(name) ?? hash(bucket, key).finally(() => running.delete(name));
    running.set(name, mine);
    return mine;
  }

  return {
    settle,
    async lookAgain(bucket, key) {
      await turns.run(`${bucket}/${key}`, async () => {
        const entry = index.get(bucket, key);
        const [file] = entry ? lookAt(folderOf(bucket).root, pathIn(entry, key)) : [];
        if (entry && !(file && isUnchanged(entry, file))) await refresh(bucket, key, entry);
      });
      return settle(bucket, key);
    },
  };
}

/** Undefined when the file is not there or not what the entry says, before or after it was read. */
async function readFile(folder: Folder, path: string, entry: ObjectEntry): Promise<string | undefined> {
  const file = folder.open(path);
  if (!file) return undefined;
  try {
    if (!isUnchanged(entry, identityOf(file))) return undefined;
    const etag = await readEtag(file, entry.size, entry.meta.formerEtag, entry.meta.parts);
    return isUnchanged(entry, identityOf(file)) ? etag : undefined;
  } finally {
    closeFile(file);
  }
}

/** Content that is what it was keeps all that is known about it; a checksum and parts of other content are dropped. */
function withEtag(entry: ObjectEntry, etag: string): ObjectEntry {
  const { formerEtag, checksum, parts, ...rest } = entry.meta;
  const same = formerEtag === etag;
  const kept: Meta = same ? { ...(checksum ? { checksum } : {}), ...(parts ? { parts } : {}) } : {};
  return { ...entry, etag, meta: { ...rest, ...kept } };
}

/** No folder on the way to the file has become a link that leads out. */
async function isInside(root: string, path: string): Promise<boolean> {
  const [real, base] = await Promise.all([realpath(nativePath(root, path), "buffer"), realpath(root)]).catch(() => []);
  return real !== undefined && base !== undefined && real.equals(Buffer.from(nativePath(base, path)));
}
