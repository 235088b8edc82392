import { displayName } from "@tintype/core/asset";
import type { Grid } from "../../grid/grid.ts";
import { api, type DownloadFile } from "../../lib/api.ts";
import { createChunk } from "../../lib/chunk.ts";
import { formatCount } from "../../lib/format.ts";

/** Ids per request. */
const BATCH = 500;

/** A browser without a file picker holds the whole zip in memory. */
const BLOB_LIMIT = 2_000_000_000;

/** The size is told for selections up to this many photos; above it would cost too many requests to be worth it. */
const SIZED = 5_000;

export const zip = createChunk(() => import("./zip.ts"));

/** Downloads what is selected in a grid: one file as a plain download, several as a zip that is put together in the browser. */
export function createDownload(grid: Grid) {
  const sizes = new Map<string, number>();

  /** Ids of everything selected, loaded where they are not known. */
  async function ids(signal: AbortSignal): Promise<string[]> {
    const { runs, ids: known } = grid.selection.runs();
    const found = [...known];
    for (const { month, from, to } of runs) for (const item of await grid.items.load(month, from, to, signal)) found.push(item.id);
    return found;
  }

  async function ask(wanted: readonly string[], signal: AbortSignal): Promise<{ files: DownloadFile[]; missing: string[] }> {
    const files: DownloadFile[] = [];
    const missing: string[] = [];
    for (let i = 0; i < wanted.length; i += BATCH) {
      const answer = await api.downloads(wanted.slice(i, i + BATCH), signal);
      files.push(...answer.files);
      for (const { id, name } of answer.missing) {
        sizes.set(id, 0);
        missing.push(name === null ? "a photo that was removed" : displayName(name));
      }
    }
    for (const { id, size } of files) sizes.set(id, size);
    return { files, missing };
  }

  return {
    /** Bytes of everything selected; undefined when it is too much to count. */
    async size(signal: AbortSignal): Promise<number | undefined> {
      if (grid.selection.count() > SIZED) return undefined;
      const wanted = await ids(signal);
      const unknown = wanted.filter((id) => !sizes.has(id));
      if (unknown.length > 0) await ask(unknown, signal);
      return wanted.reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0);
    },
    /**
     * Downloads. `onProgress` is told bytes done of bytes in all. Throws RangeError, with words for a person, when the zip is too large for
     * this browser, and AbortError when the person closed the file picker or `signal` has ended it. Returns the names of those whose
     * originals are gone from the store: the zip goes without them.
     */
    async run(onProgress: (done: number, all: number) => void, signal: AbortSignal): Promise<string[]> {
      // The picker needs the click that is happening now, so it comes before anything is asked of the server.
      const target = grid.selection.count() > 1 ? await pickFile() : undefined;
      const { files, missing } = await ask(await ids(signal), signal);
      const [only] = files;
      if (!only) return missing;
      if (files.length === 1 && !target) {
        await api.checkOriginal(only.id, signal);
        follow(only.url);
        return missing;
      }
      const { zipFiles } = await zip.load();
      const all = files.reduce((sum, file) => sum + file.size, 0);
      if (!target && all > BLOB_LIMIT) {
        throw new RangeError("This browser can put at most 2 GB into one download. Select fewer photos, or use Chrome or Edge.");
      }
      return [...missing, ...(await zipFiles(files, target, { onProgress, signal }))];
    },
  };
}

async function pickFile(): Promise<FileSystemFileHandle | undefined> {
  return window.showSaveFilePicker?.({
    suggestedName: "Photos.zip",
    types: [{ description: "Zip archive", accept: { "application/zip": [".zip"] } }],
  });
}

/** The part of the File System Access API that TypeScript's library does not have. */
declare global {
  // An interface, since only those merge with the library's own.
  // oxlint-disable-next-line typescript/consistent-type-definitions -- see above
  interface Window {
    showSaveFilePicker?: (options: {
      suggestedName: string;
      types: { description: string; accept: Record<string, string[]> }[];
    }) => Promise<FileSystemFileHandle>;
  }
}

/** Lets the browser download an attachment. */
export function follow(url: string, name = ""): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

/** Which originals a zip lacks: the first three by name. */
export function missingText(names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${formatCount(names.length - 3)} more` : "";
  return `Left out, because your storage no longer has ${names.length === 1 ? "this original" : "these originals"}: ${names.slice(0, 3).join(", ")}${more}.`;
}
