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

  async function files(wanted: readonly string[], signal: AbortSignal): Promise<DownloadFile[]> {
    const found: DownloadFile[] = [];
    for (let i = 0; i < wanted.length; i += BATCH) {
      found.push(...(await api.downloads(wanted.slice(i, i + BATCH), signal)));
    }
    for (const { id, size } of found) sizes.set(id, size);
    return found;
  }

  return {
    /** Bytes of everything selected; undefined when it is too much to count. */
    async size(signal: AbortSignal): Promise<number | undefined> {
      if (grid.selection.count() > SIZED) return undefined;
      const wanted = await ids(signal);
      const unknown = wanted.filter((id) => !sizes.has(id));
      if (unknown.length > 0) await files(unknown, signal);
      return wanted.reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0);
    },
    /**
     * Downloads. `onProgress` is told bytes done of bytes in all. Throws RangeError, with words for a person, when the zip is too large for
     * this browser, and AbortError when the person closed the file picker. Returns the names of those whose originals are gone from the
     * store: the zip goes without them.
     */
    async run(onProgress: (done: number, all: number) => void): Promise<string[]> {
      const { signal } = new AbortController();
      // The picker needs the click that is happening now, so it comes before anything is asked of the server.
      const target = grid.selection.count() > 1 ? await pickFile() : undefined;
      const wanted = await files(await ids(signal), signal);
      const [only] = wanted;
      if (!only) return [];
      if (wanted.length === 1) {
        follow(only.url);
        return [];
      }
      const { zipFiles } = await zip.load();
      const all = wanted.reduce((sum, file) => sum + file.size, 0);
      if (!target && all > BLOB_LIMIT) {
        throw new RangeError("This browser can put at most 2 GB into one download. Select fewer photos, or use Chrome or Edge.");
      }
      return zipFiles(wanted, target, (done) => onProgress(done, all));
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
