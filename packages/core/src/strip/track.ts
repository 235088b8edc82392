import { type Box, boxesIn } from "./box.ts";
import { latin, viewOf } from "./bytes.ts";

/** The piece of a file that its `moov` is; `base` is where it begins. */
export type Piece = { bytes: Uint8Array; base: number };

/** What lies at a box, from its content on. */
export function contentOf({ bytes, base }: Piece, { content, end }: Box): Uint8Array {
  return bytes.subarray(content - base, end - base);
}

/** The first box on a path of types, from the content of `from` on. */
export function find(piece: Piece, from: Box, ...path: readonly string[]): Box | undefined {
  const [type, ...rest] = path;
  if (type === undefined) return from;
  const next = boxesIn(piece.bytes, piece.base, from.content, from.end)?.find((box) => box.type === type);
  return next && find(piece, next, ...rest);
}

/** `vide`, `soun`, `meta`, …: what a track holds. */
export function handlerOf(piece: Piece, trak: Box): string {
  const box = find(piece, trak, "mdia", "hdlr");
  return box ? latin(contentOf(piece, box), 8, 12) : "";
}

/**
 * Where in the file a track's samples lie, chunk by chunk, as its tables tell. Undefined when they are not whole, or do not fit together: then nobody
 * can say what belongs to the track and what does not.
 */
export function chunksOf(piece: Piece, trak: Box): [from: number, to: number][] | undefined {
  const table = (type: string): Uint8Array | undefined => {
    const box = find(piece, trak, "mdia", "minf", "stbl", type);
    return box && contentOf(piece, box);
  };
  const offsets = offsetsOf(table("stco"), table("co64"));
  const sizes = sizesOf(table("stsz"));
  const perChunk = runsOf(table("stsc"));
  if (!offsets || !sizes || !perChunk) return undefined;
  const chunks: [number, number][] = [];
  let sample = 0;
  let run = 0;
  for (let i = 0; i < offsets.count; i++) {
    while (run + 1 < perChunk.length && perChunk[run + 1]!.first <= i + 1) run++;
    const last = Math.min(sizes.count, sample + (perChunk[run]?.samples ?? 0));
    const from = offsets.at(i);
    const to = from + sizes.between(sample, last);
    sample = last;
    if (to > from) chunks.push([from, to]);
  }
  return sample === sizes.count ? chunks : undefined;
}

type Table = { count: number; at: (i: number) => number };

function offsetsOf(stco: Uint8Array | undefined, co64: Uint8Array | undefined): Table | undefined {
  if (stco) return tableOf(stco, 4, 4, (view, at) => view.getUint32(at));
  return co64 && tableOf(co64, 4, 8, (view, at) => Number(view.getBigUint64(at)));
}

/** Sums of sizes: one for all samples, or one each. */
function sizesOf(stsz: Uint8Array | undefined): { count: number; between: (from: number, to: number) => number } | undefined {
  if (!stsz || stsz.length < 12) return undefined;
  const all = viewOf(stsz).getUint32(4);
  if (all > 0) return { count: viewOf(stsz).getUint32(8), between: (from, to) => (to - from) * all };
  const table = tableOf(stsz, 8, 4, (view, at) => view.getUint32(at));
  return (
    table && {
      count: table.count,
      between(from, to) {
        let sum = 0;
        for (let i = from; i < to; i++) sum += table.at(i);
        return sum;
      },
    }
  );
}

/** From which chunk on how many samples are in each. */
function runsOf(stsc: Uint8Array | undefined): { first: number; samples: number }[] | undefined {
  const table = stsc && tableOf(stsc, 4, 12, (_view, at) => at);
  if (!stsc || !table) return undefined;
  const view = viewOf(stsc);
  return Array.from({ length: table.count }, (_, i) => ({ first: view.getUint32(table.at(i)), samples: view.getUint32(table.at(i) + 4) }));
}

function tableOf(bytes: Uint8Array, countAt: number, size: number, read: (view: DataView, at: number) => number): Table | undefined {
  if (bytes.length < countAt + 4) return undefined;
  const view = viewOf(bytes);
  const count = view.getUint32(countAt);
  if (countAt + 4 + count * size > bytes.length) return undefined;
  return { count, at: (i) => read(view, countAt + 4 + i * size) };
}
