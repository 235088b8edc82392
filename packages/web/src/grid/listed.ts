import type { Listed } from "@tintype/core/geometry";
import { itemAt, type Columns } from "./columns.ts";
import type { Range, Source } from "./items.ts";

export const ID_BYTES = 16;

/** Where a photo lies: an index of a month's chunk at one of its revisions. */
export type Place = { month: number; revision: number; index: number };

export type Ids = ReturnType<typeof createIds>;

/** The ids of a collection, whose geometry tells them all, by their places. */
export function createIds({ ids, geometry: { chunks } }: Listed) {
  const begins: (Pick<Range, "month" | "revision"> & { begin: number; end: number })[] = [];
  for (const { month, revision, count } of chunks) {
    const begin = begins.at(-1)?.end ?? 0;
    begins.push({ month, revision, begin, end: begin + count });
  }
  const idAt = (at: number) => idOf(ids.subarray(at * ID_BYTES, (at + 1) * ID_BYTES));

  return {
    count: ids.length / ID_BYTES,
    /** The ids of a range; undefined when its chunk has another revision. */
    of({ month, revision, from, to }: Range): string[] | undefined {
      const chunk = begins.find((each) => each.month === month && each.revision === revision);
      return chunk && Array.from({ length: Math.min(to, chunk.end - chunk.begin) - from }, (_, i) => idAt(chunk.begin + from + i));
    },
    all: (): string[] => Array.from({ length: ids.length / ID_BYTES }, (_, at) => idAt(at)),
    /** Where a photo lies; undefined when it is not in the collection. */
    place(id: string): Place | undefined {
      const at = indexOf(ids, id);
      const chunk = begins.find(({ begin, end }) => at >= begin && at < end);
      return chunk && { month: chunk.month, revision: chunk.revision, index: at - chunk.begin };
    },
  };
}

/** The items of a collection: `ask` is given the ids, and answers without those that are not in it any more. */
export function listedSource(ids: () => Ids | undefined, ask: (ids: string[], signal: AbortSignal) => Promise<Columns>): Source {
  return {
    async items(ranges, signal) {
      const wanted = ranges.map((range) => ids()?.of(range));
      const known = wanted.flatMap((each) => each ?? []);
      const columns = known.length > 0 ? await ask(known, signal) : undefined;
      const byId = new Map(columns?.id.map((id, i) => [id, itemAt(columns, i)]));
      return wanted.map((each) => {
        const items = each?.map((id) => byId.get(id));
        return items?.every((item) => item !== undefined) ? items : null;
      });
    },
  };
}

function idOf(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The number of an id among `ids`; −1 when it is not there. */
function indexOf(ids: Uint8Array, id: string): number {
  const hex = id.replaceAll("-", "");
  const wanted = Array.from({ length: ID_BYTES }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
  if (hex.length !== 2 * ID_BYTES) return -1;
  for (let at = 0; at < ids.length; at += ID_BYTES) if (wanted.every((byte, i) => ids[at + i] === byte)) return at / ID_BYTES;
  return -1;
}
