import { randomUUID } from "node:crypto";
import { fstatSync } from "node:fs";
import { chmod, constants, copyFile, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { DigestName } from "../checksum.ts";
import type { ObjectEntry } from "./entry.ts";
import { closeFile, createFile, identityOf } from "./file.ts";
import { fill, type Filled } from "./fill.ts";
import { nativePath } from "./path.ts";
import { isUnchanged } from "./scan.ts";
import { lookAt } from "./walk.ts";

/** A whole file on disk, durable, not yet an object. */
export type Whole = { path: string; size: number; mtime: number; inode: number };

/** A body that was received. */
export type Temp = Whole & Filled;

/** Writes `chunks` to a new file in `folder` and syncs it. On any error, a client that goes away above all, nothing is left. */
export async function writeTemp(folder: string, chunks: AsyncIterable<Buffer>, wanted: Iterable<DigestName>, limit: number): Promise<Temp> {
  const path = join(folder, randomUUID());
  const file = await createFile(path, "new");
  try {
    const filled = await fill(file, chunks, { position: 0, wanted, limit });
    return { path, ...identityOf(file), ...filled };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    closeFile(file);
  }
}

/**
 * Copies a file into `folder`, sharing its blocks where the file system can, and syncs the copy. Objects' files are never written to, so
 * when the file is still the one of `entry` afterwards, that is what was copied; else undefined.
 */
export async function cloneFile(root: string, path: string, entry: ObjectEntry, folder: string): Promise<Whole | undefined> {
  const copy = join(folder, randomUUID());
  const isSame = (): boolean => lookAt(root, path).some((file) => isUnchanged(entry, file));
  try {
    if (!isSame()) return undefined;
    // The mode is that of any new file: what it was copied from may be nobody's to write.
    const made = await createFile(copy, "new");
    const { mode } = fstatSync(made.fd);
    closeFile(made);
    await copyFile(nativePath(root, path), copy, constants.COPYFILE_FICLONE);
    await chmod(copy, mode);
    const file = await open(copy, "r+");
    try {
      await file.sync();
      const { size, mtimeMs, ino } = await file.stat();
      if (isSame() && size === entry.size) return { path: copy, size, mtime: mtimeMs, inode: ino };
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(copy, { force: true });
    throw error;
  }
  await rm(copy, { force: true });
  return undefined;
}
