import { randomUUID } from "node:crypto";
import { link, rename, unlink } from "node:fs/promises";
import { hasCode } from "./errno.ts";
import type { Folder } from "./folder.ts";
import { nativePath } from "./path.ts";
import { isReached } from "./walk.ts";

/** What a change of an object may have to undo. */
export type Kept = {
  /** Puts a file that was placed at `path` back where it came from, and the older version to its place. Does what it can. */
  putBack(path: string): Promise<void>;
  /** The change is over and nothing is to be undone any more. */
  drop(): Promise<void>;
};

/** Keeps the object's file at `old`, which the one at `from` may be about to replace, under a second name beside that. */
export async function keep(folder: Folder, from: string, old: string | undefined): Promise<Kept> {
  const second = old !== undefined && isReached(folder.root, old) ? await linkBeside(nativePath(folder.root, old), from) : undefined;

  async function restore(path: string): Promise<void> {
    const placed = nativePath(folder.root, path);
    if (path !== old) {
      await rename(placed, from).catch(() => undefined);
      await folder.remove(path);
    } else if (second !== undefined) {
      // A link and not a rename: at no moment is there no file at the key.
      await link(placed, from).catch(() => undefined);
      await rename(second, placed);
      await folder.sync(path);
    }
  }

  return {
    putBack: (path) => restore(path).catch(() => undefined),
    async drop() {
      if (second !== undefined) await unlink(second).catch(() => undefined);
    },
  };
}

/** Undefined when the file is gone already, or the file system has no links: an older version is then lost when the change fails. */
async function linkBeside(file: string | Buffer, from: string): Promise<string | undefined> {
  const second = `${from}.${randomUUID()}`;
  try {
    await link(file, second);
    return second;
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "EPERM", "EACCES", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EISDIR")) return undefined;
    throw error;
  }
}
