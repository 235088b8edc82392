import { downloadZip, predictLength } from "client-zip";
import type { DownloadFile } from "../../lib/api.ts";
import { follow } from "./download.ts";

/**
 * Streams files from the store into a zip: into `target` where there is one, else into memory and then a download. Returns the names of
 * files that the store does not have any more, which are left out; when that is all of them nothing is downloaded.
 */
export async function zipFiles(
  files: readonly DownloadFile[],
  target: FileSystemFileHandle | undefined,
  onProgress: (done: number) => void,
): Promise<string[]> {
  const missing: string[] = [];
  const named = withUniqueNames(files);
  const length = Number(predictLength(named.map(({ name, size }) => ({ name, size }))));
  let done = 0;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      done += chunk.byteLength;
      onProgress(Math.min(done, length));
      controller.enqueue(chunk);
    },
  });
  const zip = downloadZip(open(named, (name) => missing.push(name))).body!.pipeThrough(count);
  if (target) {
    await zip.pipeTo(await target.createWritable());
    return missing;
  }
  const url = URL.createObjectURL(await new Response(zip, { headers: { "content-type": "application/zip" } }).blob());
  if (missing.length < named.length) follow(url, "Photos.zip");
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return missing;
}

type Entry = { name: string; size: number; lastModified: Date; input: ReadableStream<Uint8Array> };

/** A store says 404 of an object that is gone, and 410 of one that it knows to be. */
const GONE = new Set([404, 410]);

async function* open(files: readonly DownloadFile[], onGone: (name: string) => void): AsyncGenerator<Entry> {
  for (const { name, size, localAt, url } of files) {
    const response = await fetch(url);
    if (GONE.has(response.status)) {
      onGone(name);
      continue;
    }
    if (!response.ok || !response.body) throw new Error(`The store answered ${response.status} for ${name}.`);
    yield { name, size, lastModified: zipDate(localAt), input: response.body };
  }
}

const EARLIEST = "1980-01-01T00:00:00";
const LATEST = "2107-12-31T23:59:58";

/** A wall clock as the time of a zip's entry, which is one too, between 1980 and 2107; it is written in this browser's zone, so read in it. */
export function zipDate(localAt: string): Date {
  const wall = localAt.slice(0, 19);
  if (wall < EARLIEST) return new Date(EARLIEST);
  return new Date(wall > LATEST ? LATEST : wall);
}

/** Gives files of the same name a number: `a.jpg`, `a (2).jpg`. */
export function withUniqueNames(files: readonly DownloadFile[]): DownloadFile[] {
  const taken = new Set<string>();
  return files.map((file) => {
    const [, stem = file.name, extension = ""] = /^(.*?)(\.[^.]*)?$/su.exec(file.name) ?? [];
    let name = file.name;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${stem} (${n})${extension}`;
    taken.add(name.toLowerCase());
    return { ...file, name };
  });
}
