import { folderOf, handleFrom, handleOf, LIBRARY } from "./key.ts";
import type { ObjectStore } from "./port.ts";

/** Past every key of a folder, in the order of bytes. */
const LAST = "\u{10FFFF}";

/** The handles in whose folders originals lie, the first `limit` of them; folders of other names are nobody's. Costs a LIST of one object each. */
export async function handlesIn(store: Pick<ObjectStore, "list">, limit = 5): Promise<string[]> {
  const found: string[] = [];
  for (let after = LIBRARY; found.length < limit;) {
    const [object] = (await store.list(LIBRARY, { after, limit: 1 })).objects;
    if (!object) break;
    const handle = handleOf(object.key);
    if (handle !== undefined && handleFrom(handle) === handle) found.push(handle);
    after = handle === undefined ? object.key : `${folderOf(handle)}${LAST}`;
  }
  return found;
}
