import { displayName } from "@tintype/core/asset";
import type { DownloadFile } from "../../lib/api.ts";
import { createChunk } from "../../lib/chunk.ts";
import { follow, pickFile, removeEmpty } from "../../lib/follow.ts";
import { formatCount } from "../../lib/format.ts";
import { createStore } from "../../lib/store.ts";
import type { Gallery } from "../gallery/gallery.ts";
import type { ZipOptions } from "./zip.ts";

/** Ids per request. */
const BATCH = 500;

/** A browser without a file picker holds the whole zip in memory. */
const BLOB_LIMIT = 2_000_000_000;

/** The size is told for selections up to this many photos; above it would cost too many requests to be worth it. */
const SIZED = 5_000;

export const zip = createChunk(() => import("./zip.ts"));

/** The download under way: it goes on, and can be stopped, whatever is selected or looked at meanwhile. */
export const running = createStore<{ progress: string; stop: () => void } | undefined>(undefined);

/** How many files were downloaded, and the names of those whose originals are gone from the store; null for a photo that was removed. */
type Outcome = { saved: number; missing: (string | null)[] };

/** Downloads what is selected in a grid: one file as a plain download, several as a zip that is put together in the browser. */
export function createDownload({ grid, photos }: Pick<Gallery, "grid" | "photos">) {
  const sizes = new Map<string, number>();

  /** Ids of everything selected, loaded where they are not known. */
  async function ids(signal: AbortSignal): Promise<string[]> {
    const { runs, ids: known } = grid.selection.runs();
    const found = [...known];
    for (const { month, from, to } of runs) for (const item of await grid.items.load(month, from, to, signal)) found.push(item.id);
    return found;
  }

  async function ask(wanted: readonly string[], signal: AbortSignal): Promise<{ files: DownloadFile[]; missing: (string | null)[] }> {
    const files: DownloadFile[] = [];
    const missing: (string | null)[] = [];
    for (let i = 0; i < wanted.length; i += BATCH) {
      const answer = await photos.downloads(wanted.slice(i, i + BATCH), signal);
      files.push(...answer.files);
      for (const { id, name } of answer.missing) {
        sizes.set(id, 0);
        missing.push(name === null ? null : displayName(name));
      }
    }
    for (const { id, size } of files) sizes.set(id, size ?? 0);
    return { files, missing };
  }

  async function save(target: FileSystemFileHandle | undefined, options: ZipOptions): Promise<Outcome> {
    const { files, missing } = await ask(await ids(options.signal), options.signal);
    const [only] = files;
    if (!only) return { saved: 0, missing };
    if (files.length === 1 && !target) {
      await photos.checkOriginal(only.id, options.signal);
      follow(only.url);
      return { saved: 1, missing };
    }
    const { zipFiles } = await zip.load();
    if (!target && files.reduce((sum, file) => sum + (file.size ?? 0), 0) > BLOB_LIMIT) {
      throw new RangeError("This browser can put at most 2 GB into one download. Select fewer photos, or use Chrome or Edge.");
    }
    // Of what is another's they live for minutes only.
    const anew = async (id: string) => (await photos.downloads([id], options.signal)).files[0]?.url;
    const gone = await zipFiles(files, target, { ...options, anew });
    return { saved: files.length - gone.length, missing: [...missing, ...gone] };
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
     * Downloads. Throws RangeError, with words for a person, when the zip is too large for this browser, and AbortError when the person
     * closed the file picker or `signal` has ended it.
     */
    async run(options: ZipOptions): Promise<Outcome> {
      // The picker needs the click that is happening now, so it comes before anything is asked of the server.
      const target = grid.selection.count() > 1 ? await pickFile("Photos.zip") : undefined;
      try {
        return await save(target, options);
      } finally {
        if (target) await removeEmpty(target);
      }
    },
  };
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
