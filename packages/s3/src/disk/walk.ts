import { lstatSync, readdirSync, type Stats } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { hasCode } from "./errno.ts";
import { isLeftBehind, joinPath, nativePath, pathFrom } from "./path.ts";

/** A file as it lies in a bucket's folder; `path` is relative to it. */
export type FoundFile = { path: string; size: number; mtime: number; ctime: number; inode: number };

/** How many files are looked at before others get a turn. */
const SLICE = 512;

/**
 * Every regular file below `root`, folder by folder. Links are not followed and not given, nor is what Finder and Explorer leave behind.
 * Folders that cannot be read are told to `onTrouble` and make the walk incomplete.
 */
export async function* walk(root: string, onTrouble: (path: string, error: unknown) => void): AsyncGenerator<FoundFile[], undefined> {
  const folders = [""];
  let found: FoundFile[] = [];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const { name, kind } of namesIn(root, folder, onTrouble)) {
      const path = joinPath(folder, name);
      if (kind === "folder") folders.push(path);
      else if (!isLeftBehind(name)) found.push(...fileAt(root, path));
      if (found.length < SLICE) continue;
      yield found;
      found = [];
      await setImmediate();
    }
  }
  if (found.length > 0) yield found;
}

/** The size, times and number of one file, or nothing when it is gone, is no plain file, or lies behind a link. */
export function lookAt(root: string, path: string): FoundFile[] {
  return isReached(root, path) ? fileAt(root, path) : [];
}

/** Whether every folder on the way to `path` is there, and is no link. */
export function isReached(root: string, path: string): boolean {
  for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1)) {
    if (statOf(nativePath(root, path.slice(0, end)))?.isDirectory() !== true) return false;
  }
  return true;
}

/** The same where the way there is known to be one of folders. */
export function fileAt(root: string, path: string): FoundFile[] {
  const stat = statOf(nativePath(root, path));
  return stat?.isFile() ? [{ path, size: stat.size, mtime: stat.mtimeMs, ctime: stat.ctimeMs, inode: stat.ino }] : [];
}

function statOf(path: string | Buffer): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "ENAMETOOLONG")) return undefined;
    throw error;
  }
}

type Name = { name: string; kind: "file" | "folder" };

function namesIn(root: string, folder: string, onTrouble: (path: string, error: unknown) => void): Name[] {
  try {
    const entries = readdirSync(nativePath(root, folder), { withFileTypes: true });
    // Names that are not UTF-8 were garbled by this reading, so the folder is read once more as bytes.
    if (entries.some(({ name }) => name.includes("\ufffd"))) return rawNamesIn(root, folder);
    return entries.flatMap((entry) => kindOf(entry, entry.name));
  } catch (error) {
    onTrouble(folder, error);
    return [];
  }
}

function rawNamesIn(root: string, folder: string): Name[] {
  const entries = readdirSync(nativePath(root, folder), { withFileTypes: true, encoding: "buffer" });
  return entries.flatMap((entry) => kindOf(entry, pathFrom(entry.name)));
}

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean }, name: string): Name[] {
  if (entry.isDirectory()) return [{ name, kind: "folder" }];
  return entry.isFile() ? [{ name, kind: "file" }] : [];
}
