import type { Found } from "./task.ts";

const SYSTEM = new Set(["thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin", "system volume information", "@eadir", "__macosx"]);

/** Files and folders that no person put there: hidden ones and what systems leave behind. */
export function isSystemName(name: string): boolean {
  return name.startsWith(".") || SYSTEM.has(name.toLowerCase());
}

/** Opening is a call into the browser's other process: a whole folder page at once would be felt. */
const OPEN_AT_ONCE = 20;

/**
 * `skipped` names the hidden and system files and folders that were left out, `unread` the folders whose listing failed, at once or after
 * some of it. `unreadable` counts files.
 */
export type Walked = { found: Found[]; skipped: string[]; unreadable: number; unread: string[] };

/** The dropped entries. Must be called while the drop event runs: afterwards the list is empty. */
export function entriesOf(items: DataTransferItemList): FileSystemEntry[] {
  return Array.from(items, (item) => (item.kind === "file" ? item.webkitGetAsEntry() : null)).filter((entry) => entry !== null);
}

/** Walks files and folders, yielding a folder page of at most 100 files at a time. Hidden and system files are left out and named. */
export async function* walk(entries: readonly FileSystemEntry[]): AsyncGenerator<Walked> {
  const folders: FileSystemDirectoryEntry[] = [];
  yield await open(entries, folders);
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    const reader = folder.createReader();
    let page = await read(reader);
    // A reader gives pages; only an empty one is the end.
    for (; page && page.length > 0; page = await read(reader)) yield await open(page, folders);
    if (!page) yield { found: [], skipped: [], unreadable: 0, unread: [pathOf(folder)] };
  }
}

/** The same for a file input; `webkitRelativePath` is empty for single files. */
export function* listed(files: FileList, page = 200): Generator<Walked> {
  for (let from = 0; from < files.length; from += page) {
    const found: Found[] = [];
    const skipped: string[] = [];
    for (let i = from; i < Math.min(files.length, from + page); i++) {
      const file = files[i]!;
      const path = file.webkitRelativePath || file.name;
      const hidden = path.split("/").find(isSystemName);
      if (hidden === undefined) found.push({ file, path });
      else skipped.push(hidden);
    }
    yield { found, skipped, unreadable: 0, unread: [] };
  }
}

async function open(entries: readonly FileSystemEntry[], folders: FileSystemDirectoryEntry[]): Promise<Walked> {
  const wanted = entries.filter((entry) => !isSystemName(entry.name));
  for (const entry of wanted) if (isFolder(entry)) folders.push(entry);
  const files = wanted.filter(isFile);
  const found: (Found | undefined)[] = [];
  for (let from = 0; from < files.length; from += OPEN_AT_ONCE) {
    found.push(...(await Promise.all(files.slice(from, from + OPEN_AT_ONCE).map(openFile))));
  }
  return {
    found: found.filter((each) => each !== undefined),
    skipped: entries.map(({ name }) => name).filter(isSystemName),
    unreadable: found.filter((each) => each === undefined).length,
    unread: [],
  };
}

async function openFile(entry: FileSystemFileEntry): Promise<Found | undefined> {
  const reopen = (): Promise<File> => new Promise((resolve, reject) => entry.file(resolve, reject));
  try {
    return { file: await reopen(), path: pathOf(entry), reopen };
  } catch {
    return undefined;
  }
}

/** Undefined for a folder that cannot be read: its neighbours still come in. */
function read(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[] | undefined> {
  return new Promise((resolve) => reader.readEntries(resolve, () => resolve(undefined)));
}

function pathOf(entry: FileSystemEntry): string {
  return entry.fullPath.replace(/^\//u, "");
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
