import { decodeEntry, encodeEntry, type ObjectEntry } from "./entry.ts";
import type { Index } from "./index.ts";
import type { JournalRecord } from "./journal.ts";
import { keyOf, pathOf } from "./path.ts";
import type { Turns } from "./turn.ts";
import { typeOf } from "./type.ts";
import { type FoundFile, lookAt, walk } from "./walk.ts";

/** What a look at the files found that the index did not know. Objects that came or changed are in the index, not hashed yet. */
export type Findings = { unhashed: string[]; removed: string[] };

/** Tells the operator what no client asked for. */
export type Trouble = (message: string, cause?: unknown) => void;

const KEY_BYTES = 1024;

/**
 * Brings the index of one bucket in line with its folder. A file whose size, time and number are those of the index is unchanged and is
 * not read. When a folder cannot be read, nothing is taken for removed. Changes by clients may go on meanwhile.
 */
export async function scan(index: Index, turns: Turns, bucket: string, root: string, trouble: Trouble): Promise<Findings> {
  const findings: Findings = { unhashed: [], removed: [] };
  let matched = 0;
  let whole = true;
  const rivals: FoundFile[] = [];
  const onTrouble = (path: string, error: unknown): void => {
    whole = false;
    trouble(`The folder ${bucket}/${path} cannot be read; its objects are left as they were.`, error);
  };

  for await (const files of walk(root, onTrouble)) {
    const changed: FoundFile[] = [];
    for (const file of files) {
      const key = keyOf(file.path);
      const entry = index.get(bucket, key);
      if (key === "" || Buffer.byteLength(key) > KEY_BYTES) {
        trouble(`The file ${bucket}/${file.path} cannot be an object: its name is empty or too long.`);
      } else if (entry && pathIn(entry, key) !== file.path) {
        rivals.push(file);
      } else {
        matched++;
        if (!entry || entry.etag === "" || !isUnchanged(entry, file)) changed.push(file);
      }
    }
    await Promise.all(changed.map(adopt));
  }
  for (const file of rivals) await takeOver(file);
  if (whole && matched < (index.bucket(bucket)?.count ?? 0)) await removeMissing();
  return findings;

  async function adopt({ path }: FoundFile): Promise<void> {
    const key = keyOf(path);
    await turns.run(`${bucket}/${key}`, async () => {
      const entry = index.get(bucket, key);
      const [file] = lookAt(root, path);
      if (!file || (entry && entry.etag !== "" && isUnchanged(entry, file))) return;
      findings.unhashed.push(key);
      if (!entry || !isUnchanged(entry, file)) await index.apply(unhashed(bucket, key, file, entry));
    });
  }

  /** Two files that stand for one key: the one that the index knows wins as long as it is there. */
  async function takeOver(file: FoundFile): Promise<void> {
    const key = keyOf(file.path);
    const entry = index.get(bucket, key);
    if (entry && lookAt(root, pathIn(entry, key)).length > 0) {
      trouble(`The file ${bucket}/${file.path} is not shown: ${pathIn(entry, key)} has the same key.`);
      return;
    }
    matched++;
    await adopt(file);
  }

  async function removeMissing(): Promise<void> {
    const missing: string[] = [];
    for (const { key, value } of index.bucket(bucket)?.entries() ?? []) {
      const text = key.toString("utf8");
      if (lookAt(root, pathIn(decodeEntry(value), text)).length === 0) missing.push(text);
    }
    await Promise.all(missing.map(removeIfMissing));
  }

  async function removeIfMissing(key: string): Promise<void> {
    await turns.run(`${bucket}/${key}`, async () => {
      const entry = index.get(bucket, key);
      if (!entry || lookAt(root, pathIn(entry, key)).length > 0) return;
      await index.remove(bucket, key);
      findings.removed.push(key);
    });
  }
}

/** The record of a file that must be read before its etag is known. What the client once said of the object is kept. */
export function unhashed(bucket: string, key: string, file: FoundFile, entry: ObjectEntry | undefined): JournalRecord {
  const { path, ...stat } = file;
  const type = typeOf(key);
  const fresh = type === undefined ? {} : { type };
  const meta = entry ? { ...entry.meta, ...(entry.etag === "" ? {} : { formerEtag: entry.etag }) } : fresh;
  const value = encodeEntry({ ...stat, etag: "", meta, ...(path === pathOf(key) ? {} : { path }) });
  return { bucket, key: Buffer.from(key), value };
}

export function isUnchanged(entry: ObjectEntry, file: Omit<FoundFile, "path">): boolean {
  return entry.size === file.size && entry.mtime === file.mtime && entry.inode === file.inode;
}

/** Where the file of an entry lies, relative to its bucket. */
export function pathIn(entry: ObjectEntry, key: string): string {
  return entry.path ?? pathOf(key);
}
