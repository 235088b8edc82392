import { fileName } from "@tintype/core/storage";
import { downloadZip, predictLength } from "client-zip";
import { follow } from "../../lib/follow.ts";
import { Problem } from "../../lib/http.ts";
import { type Anew, fetchFile, type Way } from "./fetch-file.ts";
import { withZip64 } from "./zip-end.ts";

/** What goes into a zip; a size that is not known is null, a time that is not told is empty. */
export type ZipFile = { id: string; name: string; size: number | null; localAt: string; url: string };

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
  files: readonly ZipFile[],
  target: FileSystemFileHandle | undefined,
  { onProgress, signal, anew }: ZipOptions & { anew: Anew },
): Promise<string[]> {
  const missing: string[] = [];
  const named = withUniqueNames(files);
  const length = Number(predictLength(named.map(({ name, size }) => ({ name, size: size ?? 0 }))));
  const onBytes = (done: number) => onProgress(Math.min(done, length), length);
  await zipStream(open(named, missing, { anew, signal }), target, { name: "Photos.zip", onBytes, signal }).catch((error: unknown) => {
    if (signal.aborted || missing.length < named.length) throw error;
  });
  return missing;
}

/** Streams files into a zip as they come: into `target` where there is one, else into memory and then a download of that name. */
export async function zipStream(
  entries: AsyncIterable<Entry>,
  target: FileSystemFileHandle | undefined,
  { name, onBytes, signal }: { name: string; onBytes: (done: number) => void; signal: AbortSignal },
): Promise<void> {
  let done = 0;
  /** What a file failed with: a `Response` tells of it only that something failed. */
  let failure: unknown;
  let count = 0;
  const counted = async function* (): AsyncGenerator<Entry> {
    for await (const entry of entries) {
      count++;
      yield entry;
    }
  };
  const packed = downloadZip(counted()).body!.getReader();
  const read = async () => {
    const { value } = await packed.read().catch((error: unknown) => {
      failure = error;
      throw error;
    });
    return value;
  };
  /** Read and not written yet: the last one is the end of the zip. */
  let held: Uint8Array<ArrayBuffer> | undefined;
  const zip = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      held ??= await read();
      if (!held) return controller.close();
      const next = await read();
      const chunk = next ? held : withZip64(held, count);
      held = next;
      done += chunk.byteLength;
      onBytes(done);
      controller.enqueue(chunk);
    },
    cancel: (reason) => packed.cancel(reason),
  });
  try {
    if (target) await zip.pipeTo(await target.createWritable(), { signal });
    else save(await new Response(zip, { headers: { "content-type": "application/zip" } }).blob(), name);
  } catch (error) {
    signal.throwIfAborted();
    throw failure ?? error;
  }
}

function save(zip: Blob, name: string): void {
  const url = URL.createObjectURL(zip);
  follow(url, name);
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export type Entry = { name: string; size?: number; lastModified: Date; input: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> };

/** A store says 404 of an object that is gone, and 410 of one that it knows to be. */
const GONE = new Set([404, 410]);

/** The files one after the other; names of those that are gone are put into `missing`. Throws when all are: a zip of nothing is not kept. */
async function* open(files: readonly ZipFile[], missing: string[], way: Way): AsyncGenerator<Entry> {
  for (const file of files) {
    const entry = entryOf(file, await fetchFile(file, way));
    if (entry) yield entry;
    else missing.push(file.name);
  }
  if (missing.length === files.length) throw new Error("The store has none of the files.");
}

/** A file of the zip, of the store's answer; undefined where it does not have it any more. Throws when it answered otherwise. */
export function entryOf({ name, size, localAt }: ZipFile, response: Response): Entry | undefined {
  if (GONE.has(response.status)) return undefined;
  if (!response.ok || !response.body) {
    throw new Problem(response.status, "storage", `The storage answered ${response.status} for ${name}. Try again.`);
  }
  const entry = { name, lastModified: zipDate(localAt), input: response.body };
  return size === null ? entry : { ...entry, size };
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
export function withUniqueNames<File extends { name: string }>(files: readonly File[]): File[] {
  const unique = createNames();
  return files.map((file) => ({ ...file, name: unique(file.name) }));
}

/** The same for names as they come. */
export function createNames(): (given: string) => string {
  /** By each name that is taken, whatever its case: the number to try next. */
  const taken = new Map<string, number>();
  return (wanted) => {
    const given = fileName(wanted);
    const [, stem = given, extension = ""] = /^(.*?)(\.[^.]*)?$/su.exec(given) ?? [];
    let name = given;
    let n = taken.get(fold(given)) ?? 1;
    for (; taken.has(fold(name)); n++) name = `${stem} (${n})${extension}`;
    taken.set(fold(given), Math.max(2, n));
    taken.set(fold(name), 2);
    return name;
  };
}

/** Two names that are one file on some systems. */
function fold(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
