import { type Chunk, packDays, unpackDays } from "@tintype/core/geometry";
import type { Range, Source } from "../../grid/items.ts";

/** The server's chunk, and which of its indexes are still shown, in order. */
type Gap = { revision: number; kept: Uint32Array };

export type Gaps = ReturnType<typeof createGaps>;

/**
 * Chunks out of which photos were taken before the server has packed their month anew. Such a chunk has a revision of its own, below 0, and its
 * places are told to the server as those of the chunk that it was made of.
 */
export function createGaps() {
  const gaps = new Map<number, Gap>();

  /** Places of a chunk as the server knows them. */
  function placesOf(range: Range): Range[] {
    const gap = gaps.get(range.revision);
    if (!gap) return [range];
    const places: Range[] = [];
    for (const index of gap.kept.subarray(range.from, range.to)) {
      const last = places.at(-1);
      if (last?.to === index) last.to++;
      else places.push({ month: range.month, revision: gap.revision, from: index, to: index + 1 });
    }
    return places;
  }

  return {
    placesOf,
    /** A chunk without the photos at these indexes. */
    without(chunk: Chunk, gone: ReadonlySet<number>): Chunk {
      const before = gaps.get(chunk.revision) ?? { revision: chunk.revision, kept: Uint32Array.from({ length: chunk.count }, (_, i) => i) };
      const stays = (_: unknown, i: number): boolean => !gone.has(i);
      const revision = -1 - gaps.size;
      const kept = before.kept.filter(stays);
      gaps.set(revision, { revision: before.revision, kept });
      return { month: chunk.month, revision, count: kept.length, days: daysWithout(chunk.days, gone), ratios: chunk.ratios.filter(stays) };
    },
    /** A source that is asked for such chunks as well. */
    through: (source: Source): Source => ({
      async items(ranges, signal) {
        const places = ranges.map(placesOf);
        const answers = await source.items(places.flat(), signal);
        let at = 0;
        return places.map(({ length }) => {
          const parts = answers.slice(at, (at += length)).flatMap((part) => (part ? [part] : []));
          return parts.length === length ? parts.flat() : null;
        });
      },
    }),
  };
}

function daysWithout(days: Uint8Array, gone: ReadonlySet<number>): Uint8Array {
  let index = 0;
  const left = unpackDays(days).map(([day, count]): [number, number] => {
    let stay = 0;
    for (const end = index + count; index < end; index++) if (!gone.has(index)) stay++;
    return [day, stay];
  });
  return packDays(left.filter(([, count]) => count > 0));
}
