import { fileName } from "@tintype/core/storage";
import { downloadZip, predictLength } from "client-zip";
import type { DownloadFile } from "../../lib/api.ts";
import { follow } from "./download.ts";

export type ZipOptions = {
  /** Bytes of the zip that are done, and in all. */
  onProgress: (done: number, all: number) => void;
  /** Ends it: nothing is kept. */
  signal: AbortSignal;
};

/**
 * Streams files from the store into a zip: into `target` where there is one, else into memory and then a download. Returns the names of
 * files that the store does not have any more, which are left out; when that is all of them nothing is downloaded.
 */
export async function zipFiles(
  files: readonly DownloadFile[],
  target: FileSystemFileHandle | undefined,
  { onProgress, signal }: ZipOptions,
): Promise<string[]> {
  const missing: string[] = [];
  const named = withUniqueNames(files);
  const length = Number(predictLength(named.map(({ name, size }) => ({ name, size }))));
  let done = 0;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      done += chunk.byteLength;
      onProgress(Math.min(done, length), length);
      controller.enqueue(chunk);
    },
  });
  const zip = downloadZip(open(named, missing, signal)).body!.pipeThrough(count);
  try {
    if (target) await zip.pipeTo(await target.createWritable(), { signal });
    else save(await new Response(zip, { headers: { "content-type": "application/zip" } }).blob());
  } catch (error) {
    signal.throwIfAborted();
    if (missing.length < named.length) throw error;
  }
  return missing;
}

function save(zip: Blob): void {
  const url = URL.createObjectURL(zip);
  follow(url, "Photos.zip");
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

type Entry = { name: string; size: number; lastModified: Date; input: ReadableStream<Uint8Array> };

/** A store says 404 of an object that is gone, and 410 of one that it knows to be. */
const GONE = new Set([404, 410]);

/** The files one after the other; names of those that are gone are put into `missing`. Throws when all are: a zip of nothing is not kept. */
async function* open(files: readonly DownloadFile[], missing: string[], signal: AbortSignal): AsyncGenerator<Entry> {
  for (const { name, size, localAt, url } of files) {
    const response = await fetch(url, { signal });
    if (GONE.has(response.status)) {
      missing.push(name);
      continue;
    }
    if (!response.ok || !response.body) throw new Error(`The store answered ${response.status} for ${name}.`);
    yield { name, size, lastModified: zipDate(localAt), input: response.body };
  }
  if (missing.length === files.length) throw new Error("The store has none of the files.");
}

const EARLIEST = "1980-01-01T00:00:00";
const LATEST = "2107-12-31T23:59:58";

/** A wall clock as the time of a zip's entry, which is one too, between 1980 and 2107; it is written in this browser's zone, so read in it. */
export function zipDate(localAt: string): Date {
  const wall = localAt.slice(0, 19);
  if (wall < EARLIEST) return new Date(EARLIEST);
  return new Date(wall > LATEST ? LATEST : wall);
}

/** Gives files names that every file system takes, and those of the same name a number: `a.jpg`, `a (2).jpg`. */
export function withUniqueNames(files: readonly DownloadFile[]): DownloadFile[] {
  /** By each name that is taken, whatever its case: the number to try next. */
  const taken = new Map<string, number>();
  return files.map((file) => {
    const given = fileName(file.name);
    const [, stem = given, extension = ""] = /^(.*?)(\.[^.]*)?$/su.exec(given) ?? [];
    let name = given;
    let n = taken.get(fold(given)) ?? 1;
    for (; taken.has(fold(name)); n++) name = `${stem} (${n})${extension}`;
    taken.set(fold(given), Math.max(2, n));
    taken.set(fold(name), 2);
    return { ...file, name };
  });
}

/** Two names that are one file on some systems. */
function fold(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
