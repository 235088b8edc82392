import { existsSync } from "node:fs";
import type { Meta, ObjectEntry } from "./entry.ts";
import { hasCode } from "./errno.ts";
import { readEtag } from "./etag.ts";
import { closeFile, identityOf, type OpenFile } from "./file.ts";
import type { Folder } from "./folder.ts";
import { createGate } from "./gate.ts";
import type { Index } from "./index.ts";
import { adopted, isUnchanged, pathIn, type Trouble } from "./scan.ts";
import type { Turns } from "./turn.ts";
import { lookAt } from "./walk.ts";

/** What happened to a file without us. */
type Outside = { kind: "created" | "removed"; bucket: string; key: string; entry?: ObjectEntry };
/** It may take its time: as many files as a person likes can come at once. */
export type OnOutside = (change: Outside) => Promise<void>;

/** Finds out what files are that somebody put, changed or took away by hand. */
export type Settler = {
  /** The entry with its etag; reads the file when it has none. Undefined when there is no object. */
  settle: (bucket: string, key: string) => Promise<ObjectEntry | undefined>;
  /** The file of this entry is not what the index says: looks again, then settles. */
  lookAgain: (bucket: string, key: string) => Promise<ObjectEntry | undefined>;
  /** Tells of a file that was put there by hand, unless that was told already. Resolves when everybody has heard. */
  tell: (bucket: string, key: string) => Promise<void>;
  /** The same, when the key's turn comes. */
  tellSoon: (bucket: string, key: string) => void;
};

type Parts = {
  index: Index;
  turns: Turns;
  folderOf: (bucket: string) => Folder;
  onOutside: OnOutside;
  trouble: Trouble;
  /** Ends all reading. */
  stopped: AbortSignal;
};

/** So many files are read at the same time. */
const READERS = 16;

export function createSettler({ index, turns, folderOf, onOutside, trouble, stopped }: Parts): Settler {
  const running = new Map<string, Promise<ObjectEntry | undefined>>();
  const telling = new Map<string, Promise<void>>();
  const readers = createGate(READERS);

  async function hash(bucket: string, key: string): Promise<ObjectEntry | undefined> {
    for (;;) {
      const entry = index.get(bucket, key);
      if (!entry || entry.etag !== "") return entry;
      const read = await readFile(folderOf(bucket), pathIn(entry, key), entry, stopped);
      const settled = await turns.run(`${bucket}/${key}`, async () => {
        const now = index.get(bucket, key);
        if (!now || now.etag !== "" || !isUnchanged(now, entry)) return undefined;
        if (!read) return refresh(bucket, key, now);
        const next = withEtag(now, read);
        await index.put(bucket, key, next);
        if (next.etag !== now.meta.formerEtag) void onOutside({ kind: "created", bucket, key, entry: next });
        return next;
      });
      if (settled === "unreadable") return undefined;
      if (settled) return settled;
    }
  }

  /**
   * Takes over what the file is now, or that it is gone. Runs in the key's turn. A file that may not be read is as good as none. Throws when
   * the whole bucket is not there: its disk may be away, and nobody has removed anything.
   */
  async function refresh(bucket: string, key: string, entry: ObjectEntry): Promise<"unreadable" | undefined> {
    const path = pathIn(entry, key);
    const { root } = folderOf(bucket);
    const [file] = lookAt(root, path);
    if (file && isUnchanged(entry, file)) {
      trouble(`The file ${bucket}/${path} may not be read and is not shown.`);
      return "unreadable";
    }
    if (file) {
      await index.put(bucket, key, adopted(key, file, entry));
      tellSoon(bucket, key);
      return undefined;
    }
    if (!existsSync(root)) throw new Error(`The folder of the bucket ${bucket} is not there.`);
    await index.remove(bucket, key);
    void onOutside({ kind: "removed", bucket, key });
    return undefined;
  }

  async function settle(bucket: string, key: string): Promise<ObjectEntry | undefined> {
    const entry = index.get(bucket, key);
    if (!entry || entry.etag !== "") return entry;
    const name = `${bucket}/${key}`;
    const mine = running.get(name) ?? inLine(bucket, key).finally(() => running.delete(name));
    running.set(name, mine);
    return mine;
  }

  async function inLine(bucket: string, key: string): Promise<ObjectEntry | undefined> {
    await readers.enter();
    return hash(bucket, key).finally(() => readers.leave());
  }

  function tell(bucket: string, key: string): Promise<void> {
    const name = `${bucket}/${key}`;
    const mine = telling.get(name) ?? tellAll(bucket, key).finally(() => telling.delete(name));
    telling.set(name, mine);
    return mine;
  }

  /** Noted as told only once it is: whoever is killed in between tells it again. Goes on while the file is another than the one it told of. */
  async function tellAll(bucket: string, key: string): Promise<void> {
    for (let entry = index.get(bucket, key); entry?.untold; entry = index.get(bucket, key)) {
      const told = entry;
      await onOutside({ kind: "created", bucket, key, entry: withoutUntold(told) });
      if (stopped.aborted) return;
      await turns.run(`${bucket}/${key}`, async () => {
        const now = index.get(bucket, key);
        if (now?.untold && isUnchanged(now, told)) await index.put(bucket, key, withoutUntold(now));
      });
    }
  }

  function tellSoon(bucket: string, key: string): void {
    tell(bucket, key).catch((error: unknown) => trouble(`${bucket}/${key} is new, but nobody could be told.`, error));
  }

  return {
    settle,
    tell,
    tellSoon,
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

function withoutUntold(entry: ObjectEntry): ObjectEntry {
  const { untold: _, ...known } = entry;
  return known;
}

/** Undefined when the file is not there or not what the entry says, before or after it was read. */
async function readFile(folder: Folder, path: string, entry: ObjectEntry, stopped: AbortSignal): Promise<string | undefined> {
  const file = openReadable(folder, path);
  if (!file) return undefined;
  try {
    if (!isUnchanged(entry, identityOf(file))) return undefined;
    const etag = await readEtag(file, entry, stopped);
    return isUnchanged(entry, identityOf(file)) ? etag : undefined;
  } finally {
    closeFile(file);
  }
}

function openReadable(folder: Folder, path: string): OpenFile | undefined {
  try {
    return folder.open(path);
  } catch (error) {
    if (hasCode(error, "EACCES", "EPERM")) return undefined;
    throw error;
  }
}

/** Content that is what it was keeps all that is known about it; a checksum and parts of other content are dropped. */
function withEtag(entry: ObjectEntry, etag: string): ObjectEntry {
  const { formerEtag, checksum, parts, ...rest } = entry.meta;
  const same = formerEtag === etag;
  const kept: Meta = same ? { ...(checksum ? { checksum } : {}), ...(parts ? { parts } : {}) } : {};
  return { ...entry, etag, meta: { ...rest, ...kept } };
}
