import { decodeEntry, fingerprint, isFingerprint, type Meta, type ObjectEntry } from "./entry.ts";
import type { Identity } from "./file.ts";
import type { Index } from "./index.ts";
import { keyOf, pathOf } from "./path.ts";
import type { Turns } from "./turn.ts";
import { typeOf } from "./type.ts";
import { type FoundFile, lookAt, walk } from "./walk.ts";

/** What a look at the files found that the index did not know. What came or changed is in the index, as unsettled. */
export type Findings = { files: number; changed: number; removed: string[] };

/** Tells the operator what no client asked for. */
export type Trouble = (message: string, cause?: unknown) => void;

/** What a scan works with. `trustsTime`: see `adopted`. */
export type Means = {
  index: Index;
  turns: Turns;
  trouble: Trouble;
  trustsTime: boolean;
  progress: (bucket: string, files: number) => void;
};

const KEY_BYTES = 1024;

/**
 * Brings the index of one bucket in line with its folder; no file is read. When a folder cannot be read, nothing is taken for removed.
 * Changes by clients may go on meanwhile. `progress` is told how many files were looked at.
 */
export async function scan({ index, turns, trouble, trustsTime, progress }: Means, bucket: string, root: string): Promise<Findings> {
  const findings: Findings = { files: 0, changed: 0, removed: [] };
  let matched = 0;
  let whole = true;
  const rivals: FoundFile[] = [];
  const onTrouble = (path: string, error: unknown): void => {
    whole = false;
    trouble(`The folder ${bucket}/${path} cannot be read; its objects are left as they were.`, error);
  };

  for await (const files of walk(root, onTrouble)) {
    const changed: FoundFile[] = [];
    findings.files += files.length;
    progress(bucket, findings.files);
    for (const file of files) {
      const key = keyOf(file.path);
      const entry = index.get(bucket, key);
      if (key === "" || Buffer.byteLength(key) > KEY_BYTES) {
        trouble(`The file ${bucket}/${file.path} cannot be an object: its name is empty or too long.`);
      } else if (entry && pathIn(entry, key) !== file.path) {
        rivals.push(file);
      } else {
        matched++;
        if (!entry || !isUntouched(entry, file)) changed.push(file);
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
      if (!file || (entry && isUntouched(entry, file) && pathIn(entry, key) === path)) return;
      if (!entry || !isSameVersion(entry, file)) findings.changed++;
      await index.put(bucket, key, adopted(key, file, entry, trustsTime));
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

/**
 * The entry of a file as it is now, where the index knows `entry` or nothing. What the client once said of the object is kept. Size and
 * times of before mean the content of before: another mount has only given the file another number. That is not to be trusted after a
 * kill, for a second PUT may have been as quick as the clock. A file of the same size may have been touched or copied only, so it must be
 * read before it is called another version. One that nobody has ever read has nothing to compare with: it is another version in any case,
 * at once when its time is another.
 */
export function adopted(key: string, file: FoundFile, entry: ObjectEntry | undefined, trustsTime = true): ObjectEntry {
  const { path, ...stat } = file;
  const where = path === pathOf(key) ? {} : { path };
  if (entry && isSameVersion(entry, file) && (trustsTime || isFingerprint(entry.etag) || entry.inode === file.inode)) {
    const { path: _before, ...same } = entry;
    return { ...same, ...stat, ...where };
  }
  const { formerEtag, checksum, parts, ...said } = entry?.meta ?? metaOfNew(key);
  const former = entry?.etag === "" ? formerEtag : entry?.etag;
  if (former === undefined || file.size !== entry?.size || (isFingerprint(former) && file.mtime !== entry.mtime)) {
    return { ...stat, etag: fingerprint(file), untold: true, meta: said, ...where };
  }
  const about: Meta = { ...said, formerEtag: former, ...(checksum ? { checksum } : {}), ...(parts ? { parts } : {}) };
  return { ...stat, etag: "", meta: about, ...where };
}

function metaOfNew(key: string): Meta {
  const type = typeOf(key);
  return type === undefined ? {} : { type };
}

function isSameVersion(entry: ObjectEntry, file: FoundFile): boolean {
  return entry.size === file.size && entry.mtime === file.mtime && (entry.ctime === undefined || entry.ctime === file.ctime);
}

/** Whether a file is still the one of the entry, by what nobody changes by accident. */
export function isUnchanged(entry: ObjectEntry, file: Identity): boolean {
  return entry.size === file.size && entry.mtime === file.mtime && entry.inode === file.inode;
}

/** Whether nothing at all was done to it. */
function isUntouched(entry: ObjectEntry, file: FoundFile): boolean {
  return isUnchanged(entry, file) && entry.ctime === file.ctime;
}

/** Where the file of an entry lies, relative to its bucket. */
export function pathIn(entry: ObjectEntry, key: string): string {
  return entry.path ?? pathOf(key);
}
