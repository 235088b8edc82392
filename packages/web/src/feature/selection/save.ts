import { displayName } from "@tintype/core/asset";
import type { DownloadFile } from "../../lib/api.ts";
import { follow } from "../../lib/follow.ts";
import { formatCount } from "../../lib/format.ts";
import { MAX_ITEMS } from "../../lib/limit.ts";
import type { Photos } from "../gallery/photos.ts";
import { steadily } from "./fetch-file.ts";
import { followWaits, preparingText } from "./wait.ts";
import { zipFiles } from "./zip.ts";

/** A browser without a file picker holds the whole zip in memory. */
const BLOB_LIMIT = 2_000_000_000;

/** How many files were downloaded, and the names of those whose originals are gone from the store; null for a photo that was removed. */
type Outcome = { saved: number; missing: (string | null)[] };

type Asking = { photos: Photos; /** Bytes by id, which are added to. */ sizes: Map<string, number>; signal: AbortSignal };

/** The files of these photos, and the names of what is not to be had. */
export async function ask(
  wanted: readonly string[],
  { photos, sizes, signal }: Asking,
): Promise<{ files: DownloadFile[]; missing: (string | null)[] }> {
  const files: DownloadFile[] = [];
  const missing: (string | null)[] = [];
  for (let i = 0; i < wanted.length; i += MAX_ITEMS) {
    const answer = await photos.downloads(wanted.slice(i, i + MAX_ITEMS), signal);
    files.push(...answer.files);
    for (const { id, name } of answer.missing) {
      sizes.set(id, 0);
      missing.push(name === null ? null : displayName(name));
    }
  }
  for (const { id, size } of files) sizes.set(id, size ?? 0);
  return { files, missing };
}

/** How far a download has come, or what it waits for: one of them is empty. */
export type Tell = (progress: string, wait: string) => void;

type Saving = Asking & { target: FileSystemFileHandle | undefined; tell: Tell };

/**
 * Downloads those that `idsOf` gives, which may have to ask for their ids: one file as it is, several as a zip, into `target` where there is one.
 * Waits for a server or a store that is away, and tells so. Gives what there is to say of it afterwards, if anything.
 */
export async function save(idsOf: () => Promise<string[]>, { tell, ...saving }: Saving): Promise<string | undefined> {
  let [progress, wait] = ["Preparing", ""];
  const say = (): void => tell(wait === "" ? progress : "", wait);
  const stop = followWaits(
    () => progress,
    (text) => {
      wait = text;
      say();
    },
  );
  const onProgress = (done: number, all: number): void => {
    progress = `${Math.floor((done / all) * 100)} %`;
    say();
  };
  try {
    const ids = await steadily(idsOf, saving.signal);
    progress = preparingText(ids.length);
    say();
    const outcome = await fetchAll(ids, { ...saving, onProgress });
    return outcome.missing.length > 0 ? missingText(outcome) : undefined;
  } finally {
    stop();
  }
}

type Fetching = Omit<Saving, "tell"> & { onProgress: (done: number, all: number) => void };

async function fetchAll(ids: readonly string[], { target, onProgress, ...asking }: Fetching): Promise<Outcome> {
  const { photos, signal } = asking;
  const { files, missing } = await steadily(() => ask(ids, asking), signal);
  const [only] = files;
  if (!only) return { saved: 0, missing };
  if (files.length === 1 && !target) {
    await steadily(async () => [await photos.checkOriginal(only.id, signal)], signal);
    follow(only.url);
    return { saved: 1, missing };
  }
  if (!target && files.reduce((sum, file) => sum + (file.size ?? 0), 0) > BLOB_LIMIT) {
    throw new RangeError("This browser can put at most 2 GB into one download. Select fewer photos, or use Chrome or Edge.");
  }
  // Of what is another's they live for minutes only.
  const anew = async (id: string) => (await photos.downloads([id], signal)).files[0]?.url;
  const gone = await zipFiles(files, target, { onProgress, signal, anew });
  return { saved: files.length - gone.length, missing: [...missing, ...gone] };
}

const LIST = new Intl.ListFormat("en-GB");

/** What to say of originals that are gone: the first three by name. */
export function missingText({ saved, missing }: Outcome): string {
  const names = missing.filter((name) => name !== null);
  const more = names.length - 3;
  const removed = missing.length - names.length;
  const parts = names.slice(0, 3);
  if (more > 0) parts.push(`${formatCount(more)} more`);
  if (removed > 0) parts.push(removed === 1 ? "a photo that was removed" : `${formatCount(removed)} photos that were removed`);
  const which = `${missing.length === 1 ? "this original" : "these originals"}: ${LIST.format(parts)}.`;
  return saved === 0
    ? `Nothing was downloaded. Your storage no longer has ${which}`
    : `Left out, because your storage no longer has ${which}`;
}
