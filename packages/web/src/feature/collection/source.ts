import { type Chunk, decodeListed } from "@tintype/core/geometry";
import { type Columns, itemAt } from "../../grid/columns.ts";
import type { Item } from "../../grid/items.ts";
import { createIds, type Ids, listedSource } from "../../grid/listed.ts";
import { request } from "../../lib/http.ts";

/** What is asked of the server for a collection. */
export type Asked = {
  /** The path of its geometry. */
  geometry: string;
  items: (ids: string[], signal: AbortSignal) => Promise<Columns>;
};

export type CollectionSource = ReturnType<typeof createCollectionSource>;

/** A collection as the server has it: unlike the timeline it comes whole, with the ids of all its photos. */
export function createCollectionSource({ geometry, items }: Asked) {
  let ids: Ids | undefined;
  let tag: string | null | undefined;

  return {
    ...listedSource(() => ids, items),
    ids: () => ids,
    /** Photos by their ids, those that are still in it. */
    async byIds(wanted: string[], signal: AbortSignal): Promise<Item[]> {
      const columns = await items(wanted, signal);
      return columns.id.map((_, i) => itemAt(columns, i));
    },
    /** What was loaded is not to be seen any more. */
    forget(): void {
      ids = undefined;
      tag = undefined;
    },
    /** Loads the geometry; undefined when nothing has changed. */
    async load(signal: AbortSignal): Promise<Chunk[] | undefined> {
      const response = await request(geometry, { signal });
      const now = response.headers.get("etag");
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (now !== null && now === tag) return undefined;
      const listed = decodeListed(bytes);
      tag = now;
      ids = createIds(listed);
      return listed.geometry.chunks;
    },
  };
}
