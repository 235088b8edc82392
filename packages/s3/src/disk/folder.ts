import { lstat, rename, rmdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder, syncFolder } from "./durable.ts";
import { hasCode } from "./errno.ts";
import { openFile, type OpenFile } from "./file.ts";
import type { Fold } from "./fold.ts";
import { nativePath, variantOf } from "./path.ts";
import { isReached } from "./walk.ts";

const ATTEMPTS = 64;
const VERIFIED_FOLDERS = 10_000;

/** The files of one bucket. Paths are relative to it and use `/`. No symlink inside is ever followed. */
export type Folder = {
  root: string;
  /**
   * Moves a finished file to `path`, or to a variant of it where something else stands in the way, and gives where it went. `old` is where
   * the object's file lies now. Not durable before `sync`.
   */
  place(from: string, path: string, old: string | undefined): Promise<string>;
  /** Makes the names in the folder of `path` durable. */
  sync(path: string): Promise<void>;
  /** Undefined when there is no such file, or it is no plain one. Throws the system's error for one that may not be read. */
  open(path: string): OpenFile | undefined;
  /** Removes a file, durably, and the folders that are empty without it. A missing file is no error. */
  remove(path: string): Promise<void>;
};

/** `fold` is present where the file system does not tell names apart that differ in case only. */
export function openFolder(root: string, fold: Fold | undefined): Folder {
  /** Folders that were made durable. A person may have put a link in the place of one since. */
  const verified = new Set<string>();

  async function prepare(path: string): Promise<string> {
    const folder = dirname(path);
    if (folder === "." || (verified.has(folder) && isReached(root, path))) return path;
    const free = await findFree(root, path);
    await makeFolder(join(root, dirname(free)));
    if (verified.size >= VERIFIED_FOLDERS) verified.clear();
    verified.add(dirname(free));
    return free;
  }

  async function move(from: string, path: string): Promise<string> {
    let wanted = path;
    for (let attempt = 0; ; attempt++) {
      try {
        wanted = await prepare(wanted);
        await rename(from, join(root, wanted));
        return wanted;
      } catch (error) {
        if (attempt >= ATTEMPTS || !hasCode(error, "ENOENT", "ENOTDIR", "EISDIR", "EEXIST", "ENOTEMPTY", "EPERM")) throw error;
        verified.clear();
        wanted = await findFree(root, wanted);
      }
    }
  }

  return {
    root,
    async place(from, path, old) {
      if (!fold || old === path) return move(from, path);
      const reserved = fold.reserve(path);
      try {
        const placed = await move(from, reserved);
        if (placed !== reserved) fold.reserve(placed);
        if (placed !== reserved) fold.release(reserved);
        return placed;
      } catch (error) {
        fold.release(reserved);
        throw error;
      }
    },
    sync: (path) => syncFolder(nativePath(root, dirname(path))),
    open(path) {
      if (!isReached(root, path)) return undefined;
      try {
        return openFile(nativePath(root, path));
      } catch (error) {
        if (hasCode(error, "ENOENT", "ENOTDIR", "ELOOP", "EISDIR", "ENXIO")) return undefined;
        throw error;
      }
    },
    async remove(path) {
      if (!isReached(root, path)) {
        fold?.release(path);
        return;
      }
      try {
        await unlink(nativePath(root, path));
      } catch (error) {
        if (!hasCode(error, "ENOENT", "ENOTDIR")) throw error;
      }
      fold?.release(path);
      await syncFolder(nativePath(root, dirname(path)));
      await prune(root, path, verified);
    },
  };
}

/** The path, with `%-` added to every name at which a file, a link or another kind of thing stands where a folder should, or the reverse. */
async function findFree(root: string, path: string): Promise<string> {
  let free = path;
  const depth = path.split("/").length;
  for (let level = 0; level < depth; level++) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const there = await lstat(join(root, ...free.split("/").slice(0, level + 1))).catch(() => undefined);
      const fits = level === depth - 1 ? there?.isFile() : there?.isDirectory();
      if (!there || fits === true) break;
      free = variantOf(free, level);
    }
  }
  return free;
}

async function prune(root: string, path: string, verified: Set<string>): Promise<void> {
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
    verified.delete(folder);
    try {
      await rmdir(nativePath(root, folder));
    } catch {
      return;
    }
  }
}
