import { type Chunk, decodeListed, joinBytes, type Listed, packDays } from "@tintype/core/geometry";
import { type Columns, itemAt } from "../../grid/columns.ts";
import type { Item } from "../../grid/items.ts";
import { createIds, ID_BYTES, type Ids, listedSource } from "../../grid/listed.ts";
import { request } from "../../lib/http.ts";

/** What is asked of the server for a collection. */
export type Asked = {
  /** The path of its geometry. */
  geometry: string;
  items: (ids: string[], signal: AbortSignal) => Promise<Columns>;
  /** Which of them are wanted, where that is not all. */
  only?: () => Promise<ReadonlySet<string>>;
};

export type CollectionSource = ReturnType<typeof createCollectionSource>;

/** A collection as the server has it: unlike the timeline it comes whole, with the ids of all its photos. */
export function createCollectionSource({ geometry, items, only }: Asked) {
  let ids: Ids | undefined;
  let tag: string | null | undefined;
  let loads = 0;

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
      const etag = response.headers.get("etag");
      const bytes = new Uint8Array(await response.arrayBuffer());
      const wanted = await only?.();
      // Which of them are wanted changes by itself.
      const now = etag === null ? null : [etag, ...(wanted ?? [])].join(" ");
      if (now !== null && now === tag) return undefined;
      const all = decodeListed(bytes);
      const listed = wanted ? pickOf(all, wanted, ++loads) : all;
      tag = now;
      ids = createIds(listed);
      return listed.geometry.chunks;
    },
  };
}

/** Some photos of a collection, without days. */
function pickOf(all: Listed, wanted: ReadonlySet<string>, revision: number): Listed {
  const at = createIds(all)
    .all()
    .flatMap((id, i) => (wanted.has(id) ? [i] : []));
  const count = at.length;
  const every = joinBytes(all.geometry.chunks.map((chunk) => chunk.ratios));
  const ratios = Uint8Array.from(at, (i) => every[i] ?? 0);
  const chunks = count === 0 ? [] : [{ month: 0, revision, count, days: packDays([[1, count]]), ratios }];
  return { days: false, ids: joinBytes(at.map((i) => all.ids.subarray(i * ID_BYTES, (i + 1) * ID_BYTES))), geometry: { revision, chunks } };
}
