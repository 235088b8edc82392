import { readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "./durable.ts";
import { decodeEntry, encodeEntry, type ObjectEntry } from "./entry.ts";
import { type Journal, type JournalRecord, openJournal, readJournal } from "./journal.ts";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";
import { SortedMap } from "./sorted.ts";

/** The journal is folded into a new snapshot when it is longer than this and than the half of the last snapshot. */
const COMPACT_BYTES = 8 << 20;

/**
 * Which objects there are: a sorted map per bucket in memory, a snapshot of it on disk, and a journal of what came after.
 * A change is visible when it is durable, never before. Losing all of it loses only what files cannot tell (types, user metadata).
 */
export type Index = {
  /** Whether the last process has closed it; else a change may have come to its folder and not to the index. */
  readonly closedWell: boolean;
  bucket(name: string): SortedMap | undefined;
  names(): string[];
  get(bucket: string, key: string): ObjectEntry | undefined;
  put(bucket: string, key: string, entry: ObjectEntry): Promise<void>;
  remove(bucket: string, key: string): Promise<void>;
  addBucket(name: string): Promise<void>;
  removeBucket(name: string): Promise<void>;
  /** Writes a snapshot now, so that the next start reads no journal. */
  compact(): Promise<void>;
  close(): Promise<void>;
};

/** A bucket itself is journalled under the empty key: with a value when it was made, without when it was removed. */
const WHOLE = Buffer.alloc(0);

/** `trouble` is told when a snapshot could not be written; the journal then goes on growing. */
export async function openIndex(folder: string, trouble: (message: string, cause?: unknown) => void): Promise<Index> {
  await makeFolder(folder);
  const loaded = load(folder);
  const { buckets } = loaded;
  let generation = loaded.generation;
  let journal = await openJournal(journalPath(folder, generation), loaded.journalLength);
  let pending = new Set<Promise<void>>();
  let snapshotBytes = bytesOf(buckets);
  let compacting: Promise<void> | undefined;

  function commit(record: JournalRecord): Promise<void> {
    const done = journal.append(record).then(() => applyRecord(buckets, record));
    const mine = pending;
    const settled = done.catch(() => undefined).finally(() => mine.delete(settled));
    mine.add(settled);
    if (journal.bytes > Math.max(COMPACT_BYTES, snapshotBytes / 2)) void compact();
    return done;
  }

  /** New records go to the next journal; when those of the old one are applied, the pages of this moment hold all of it. */
  async function rotate(): Promise<void> {
    const old = { journal, pending, generation };
    const next: Journal = await openJournal(journalPath(folder, generation + 1), 0);
    generation++;
    journal = next;
    pending = new Set();
    await Promise.all(old.pending);
    const pages = new Map([...buckets].map(([name, map]) => [name, map.snapshot()]));
    await old.journal.close();
    await writeSnapshot(snapshotPath(folder, generation), pages);
    snapshotBytes = bytesOf(buckets);
    await removeBefore(folder, generation);
  }

  function compact(): Promise<void> {
    compacting ??= rotate()
      .catch((error: unknown) => trouble("The index could not be written anew; the old one and the journals are kept.", error))
      .finally(() => {
        compacting = undefined;
      });
    return compacting;
  }

  return {
    closedWell: loaded.closedWell,
    bucket: (name) => buckets.get(name),
    names: () => [...buckets.keys()].toSorted(),
    get(bucket, key) {
      const value = buckets.get(bucket)?.get(Buffer.from(key));
      return value && decodeEntry(value);
    },
    put: (bucket, key, entry) => commit({ bucket, key: Buffer.from(key), value: encodeEntry(entry) }),
    remove: (bucket, key) => commit({ bucket, key: Buffer.from(key), value: undefined }),
    addBucket: (name) => commit({ bucket: name, key: WHOLE, value: WHOLE }),
    removeBucket: (name) => commit({ bucket: name, key: WHOLE, value: undefined }),
    compact,
    async close() {
      await compacting;
      await Promise.all(pending);
      if (journal.bytes > 0) await compact();
      await journal.close();
    },
  };
}

function applyRecord(buckets: Map<string, SortedMap>, { bucket, key, value }: JournalRecord): void {
  if (key.length === 0 && !value) {
    buckets.delete(bucket);
    return;
  }
  const map = buckets.get(bucket) ?? new SortedMap();
  buckets.set(bucket, map);
  if (key.length === 0) return;
  if (value) map.set(key, value);
  else map.delete(key);
}

type Loaded = { buckets: Map<string, SortedMap>; generation: number; journalLength: number; closedWell: boolean };

/** The newest whole snapshot and all journals since. */
function load(folder: string): Loaded {
  const files = readdirSync(folder);
  const snapshots = numbers(files, "index-").toReversed();
  let buckets: Map<string, SortedMap> | undefined;
  let start: number | undefined;
  for (const number of snapshots) {
    buckets ??= readSnapshot(snapshotPath(folder, number));
    if (buckets) start ??= number;
  }
  buckets ??= new Map();
  let generation = start ?? snapshots[0] ?? 0;
  let journalLength = 0;
  let closedWell = true;
  for (const number of numbers(files, "journal-").filter((candidate) => candidate >= (start ?? 0))) {
    const { records, length } = readJournal(readFileSync(journalPath(folder, number)));
    for (const record of records) applyRecord(buckets, record);
    if (records.length > 0) closedWell = false;
    generation = number;
    journalLength = length;
  }
  return { buckets, generation, journalLength, closedWell };
}

function numbers(files: readonly string[], prefix: string): number[] {
  const found = files
    .filter((file) => file.startsWith(prefix) && !file.endsWith(".new"))
    .map((file) => Number.parseInt(file.slice(prefix.length), 10));
  return found.filter(Number.isSafeInteger).toSorted((a, b) => a - b);
}

async function removeBefore(folder: string, generation: number): Promise<void> {
  const files = readdirSync(folder).filter((file) => /^(?:index|journal)-\d+$/u.test(file));
  const old = files.filter((file) => Number(file.split("-")[1]) < generation);
  await Promise.all(old.map((file) => rm(join(folder, file), { force: true })));
}

function bytesOf(buckets: ReadonlyMap<string, SortedMap>): number {
  let bytes = 0;
  for (const map of buckets.values()) for (const page of map.snapshot()) bytes += page.length;
  return bytes;
}

function snapshotPath(folder: string, generation: number): string {
  return join(folder, `index-${generation}`);
}

function journalPath(folder: string, generation: number): string {
  return join(folder, `journal-${generation}`);
}
