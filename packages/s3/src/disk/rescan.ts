import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isBucketName } from "../name.ts";
import { isUnsettled } from "./entry.ts";
import type { Index } from "./index.ts";
import { scan, type Trouble } from "./scan.ts";
import type { OnOutside, Settler } from "./settle.ts";
import { SortedMap } from "./sorted.ts";
import type { Turns } from "./turn.ts";

/** Compares all buckets with their folders, and tells what was done by hand. */
export type Rescan = {
  /** Brings the index in line with the folders; what went is told by the next `tell`. */
  compare(): Promise<void>;
  /** Tells what `compare` found, no faster than it is heard, and reads what has to be read. */
  tell(): Promise<void>;
};

type Parts = {
  root: string;
  index: Index;
  turns: Turns;
  settler: Settler;
  onOutside: OnOutside;
  trouble: Trouble;
  /** Told how a comparison goes that takes its time, and what it found. */
  notice: (message: string) => void;
  stopped: AbortSignal;
  /** The folder of a whole bucket is gone. */
  onGone: (bucket: string) => Promise<void>;
};

/** So many files are told of, or wait to be read, at the same time; their records share one fsync. */
const PARALLEL = 64;
const PROGRESS_EVERY = 5000;

export function createRescan({ root, index, turns, settler, onOutside, trouble, notice, stopped, onGone }: Parts): Rescan {
  let removed: { bucket: string; key: string }[] = [];
  let trustsTime = index.closedWell;

  async function settle(bucket: string, key: string): Promise<void> {
    try {
      await Promise.all([settler.settle(bucket, key), settler.tell(bucket, key)]);
    } catch (error) {
      if (!stopped.aborted) trouble(`${bucket}/${key} cannot be read.`, error);
    }
  }

  return {
    async compare() {
      const entries = readdirSync(root, { withFileTypes: true });
      const there = entries.filter((entry) => entry.isDirectory() && isBucketName(entry.name)).map(({ name }) => name);
      for (const bucket of there.filter((name) => !index.bucket(name))) await index.addBucket(bucket);
      for (const bucket of index.names().filter((name) => !there.includes(name))) await onGone(bucket);
      const progress = createProgress(notice);
      for (const bucket of index.names()) {
        const found = await scan({ index, turns, trouble, trustsTime, progress }, bucket, join(root, bucket));
        for (const key of found.removed) removed.push({ bucket, key });
        if (found.changed + found.removed.length === 0) continue;
        notice(`${bucket}: ${found.changed} files came or changed and ${found.removed.length} went without this server.`);
      }
      trustsTime = true;
    },
    async tell() {
      const gone = removed;
      removed = [];
      for (const { bucket, key } of gone) await onOutside({ kind: "removed", bucket, key });
      const rest = unsettled(index);
      const work = async (): Promise<void> => {
        for (const { bucket, key } of rest) {
          if (stopped.aborted) return;
          await settle(bucket, key);
        }
      };
      await Promise.all(Array.from({ length: PARALLEL }, work));
    },
  };
}

/** What must be read or told of, as it is now; however many they are, it takes no memory. */
function* unsettled(index: Index): Generator<{ bucket: string; key: string }, undefined> {
  for (const bucket of index.names()) {
    const now = SortedMap.from(index.bucket(bucket)?.snapshot() ?? []);
    for (const { key, value } of now.entries()) if (isUnsettled(value)) yield { bucket, key: key.toString("utf8") };
  }
}

/** Says how far a comparison is, when it takes long. */
function createProgress(notice: (message: string) => void): (bucket: string, files: number) => void {
  let next = Date.now() + PROGRESS_EVERY;
  return (bucket, files) => {
    if (Date.now() < next) return;
    next = Date.now() + PROGRESS_EVERY;
    notice(`${bucket}: compared ${files} files with the index so far.`);
  };
}
