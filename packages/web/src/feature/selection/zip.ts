import { fileName } from "@tintype/core/storage";
import { createCRC32 } from "hash-wasm";
import { follow } from "../../lib/follow.ts";
import { Problem } from "../../lib/http.ts";
import { fetchAhead } from "./fetch-ahead.ts";
import type { Anew, Fetched } from "./fetch-file.ts";
import { createArchive, type ZipEntry } from "./zip-format.ts";

/** What goes into a zip; a size that is not known is null, a time that is not told is empty. */
export type ZipFile = ZipEntry & { id: string; size: number | null; url: string };

/** A file of the zip with its bytes: in memory, or as they come. */
export type Entry = ZipEntry & Pick<Fetched, "size"> & { input: NonNullable<Fetched["input"]> };

export type ZipOptions = {
  /** Bytes of the files that are in the zip, and in all. */
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
  const waiting = [...withUniqueNames(files)];
  const all = files.reduce((sum, { size }) => sum + (size ?? 0), 0);
  const entries = async function* (): AsyncGenerator<Entry> {
    for await (const { file, fetched } of fetchAhead(async () => waiting.shift(), { anew, signal })) {
      const entry = entryOf(file, fetched);
      if (entry) yield entry;
      else missing.push(file.name);
    }
    if (missing.length === files.length) throw new Error("The store has none of the files.");
  };
  const onBytes = (done: number) => onProgress(Math.min(done, all), all);
  await zipStream(entries(), target, { name: "Photos.zip", onBytes, signal }).catch((error: unknown) => {
    if (signal.aborted || missing.length < files.length) throw error;
  });
  return missing;
}

/** Streams files into a zip as they come: into `target` where there is one, else into memory and then a download of that name. */
export async function zipStream(
  entries: AsyncIterable<Entry>,
  target: FileSystemFileHandle | undefined,
  { name, onBytes, signal }: { name: string; onBytes: (done: number) => void; signal: AbortSignal },
): Promise<void> {
  const packed = pack(entries, onBytes);
  /** What a file failed with: a `Response` tells of it only that something failed. */
  let failure: unknown;
  const zip = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { done, value } = await packed.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        failure = error;
        throw error;
      }
    },
    cancel: async () => void (await packed.return(undefined)),
  });
  try {
    if (target) await zip.pipeTo(await target.createWritable(), { signal });
    else save(await new Response(zip, { headers: { "content-type": "application/zip" } }).blob(), name);
  } catch (error) {
    signal.throwIfAborted();
    throw failure ?? error;
  }
}

/** The bytes of a zip; `onBytes` is told how many of its files' there were. */
async function* pack(entries: AsyncIterable<Entry>, onBytes: (done: number) => void): AsyncGenerator<Uint8Array<ArrayBuffer>, undefined> {
  const archive = createArchive();
  const sum = await createCRC32();
  let all = 0;
  for await (const { input, size: told, ...entry } of entries) {
    sum.init();
    let size = 0;
    const take = (piece: Uint8Array): void => {
      sum.update(piece);
      size += piece.byteLength;
    };
    const taken = () => ({ crc: Number.parseInt(sum.digest(), 16), size });
    const pass = (piece: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
      onBytes((all += piece.byteLength));
      return piece;
    };
    if (input instanceof ReadableStream) {
      const { header, end } = archive.stream(entry, told);
      yield header;
      for await (const piece of piecesOf(input)) {
        take(piece);
        yield pass(piece);
      }
      yield end(taken());
    } else {
      for (const piece of input) take(piece);
      yield archive.file(entry, taken());
      for (const piece of input) yield pass(piece);
    }
  }
  yield archive.end();
}

/** Not every browser reads a stream with `for await`. */
async function* piecesOf<Piece>(stream: ReadableStream<Piece>): AsyncGenerator<Piece> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

function save(zip: Blob, name: string): void {
  const url = URL.createObjectURL(zip);
  follow(url, name);
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** A store says 404 of an object that is gone, and 410 of one that it knows to be. */
const GONE = new Set([404, 410]);

/** The file of the zip that the store's answer is; undefined where it does not have it any more. Throws when it answered otherwise. */
export function entryOf({ name, localAt }: ZipFile, { status, size, input }: Fetched): Entry | undefined {
  if (GONE.has(status)) return undefined;
  if (!input) throw new Problem(status, "storage", `The storage answered ${status} for ${name}. Try again.`);
  return { name, localAt, size, input };
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
