import { folderOf, handleFrom, handleOf, LIBRARY } from "./key.ts";
import type { ObjectStore } from "./port.ts";

/** Past every key of a folder, in the order of bytes. */
const LAST = "\u{10FFFF}";

/**
 * The handles in whose folders originals lie, as far as `lists` LISTs of one object tell: each shows the next folder, or the next file that lies
 * beside the folders. Folders of other names are nobody's.
 */
export async function handlesIn(store: Pick<ObjectStore, "list">, lists = 10): Promise<string[]> {
  const found: string[] = [];
  let after = LIBRARY;
  for (let asked = 0; asked < lists; asked++) {
    const [object] = (await store.list(LIBRARY, { after, limit: 1 })).objects;
    if (!object) break;
    const handle = handleOf(object.key);
    if (handle !== undefined && handleFrom(handle) === handle) found.push(handle);
    after = handle === undefined ? object.key : `${folderOf(handle)}${LAST}`;
  }
  return found;
}
