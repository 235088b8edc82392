import { AppError, undefinedWhen } from "#kernel";
import type { ObjectHead, ObjectStore } from "./port.ts";

/** One version of an object. */
type Version = Pick<ObjectHead, "key" | "size" | "etag">;

const AT_ONCE = 16;

/** Removes what was looked at, and nothing that came since: throws `stale` when it is another by now, or gone. */
export async function removeUnchanged(store: Pick<ObjectStore, "removeSame">, head: ObjectHead): Promise<void> {
  if (await store.removeSame(head)) return;
  throw new AppError("stale", `${head.key} changed before it was removed.`);
}

/** HEAD; undefined when the key is not there. */
export async function headOf(store: Pick<ObjectStore, "head">, key: string): Promise<ObjectHead | undefined> {
  return store.head(key).catch(undefinedWhen("not_found"));
}

/** Whether the store has something at `key`. */
export async function isThere(store: Pick<ObjectStore, "head">, key: string): Promise<boolean> {
  return (await headOf(store, key)) !== undefined;
}

/**
 * Whether something lies at `key`, where nothing is expected. Found out by reading: what is missing then is told from a missing bucket with the same
 * request, after a HEAD with another one.
 */
export async function isTaken(store: Pick<ObjectStore, "get">, key: string): Promise<boolean> {
  try {
    await (await store.get(key, { start: 0, end: 0 })).cancel();
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "not_found") return false;
    // An empty object has no first byte.
    if (error.code === "invalid") return true;
    throw error;
  }
}

/**
 * Whether this version of an object is there, in its whole size. Found out by reading from it: a store may answer HEAD from an index, and not know
 * yet that a hand has taken the file away; and over a folder it may keep the etag of a file that was cut or written over in its place. Throws
 * `storage_unavailable` when the store does not tell.
 */
export async function isReadable(store: ObjectStore, { key, size, etag }: Version): Promise<boolean> {
  try {
    // An empty object has no first byte to ask for. A body that is read to its end leaves its connection to the next.
    const body = await store.get(key, size > 0 ? { start: 0, end: 0, etag, size } : { etag, size });
    await body.pipeTo(new WritableStream());
    return true;
  } catch (error) {
    if (error instanceof AppError && (error.code === "not_found" || error.code === "stale")) return false;
    throw error;
  }
}

/** Those of `objects` that are not there, in no order; a few are asked for at a time. Throws as `isReadable` does, and then asks for no more. */
export async function unreadable<T extends Version>(store: ObjectStore, objects: readonly T[]): Promise<T[]> {
  return those(objects, async (object) => !(await isReadable(store, object)));
}

/** Those of `keys` at which the store has something, in no order; a few are asked for at a time. */
export async function present(store: Pick<ObjectStore, "head">, keys: readonly string[]): Promise<string[]> {
  return those(keys, (key) => isThere(store, key));
}

async function those<T>(all: readonly T[], is: (one: T) => Promise<boolean>): Promise<T[]> {
  const left = [...all];
  const found: T[] = [];
  const ask = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) if (await is(next)) found.push(next);
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
  } finally {
    left.length = 0;
  }
  return found;
}
