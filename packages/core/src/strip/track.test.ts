import { box } from "@tintype/test/spelled";
import { expect, it } from "vitest";
import { boxAt } from "./box.ts";
import { chunksOf, find, handlerOf } from "./track.ts";

const u32 = (...values: number[]): number[] =>
  values.flatMap((value) => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]);
const trakOf = (...tables: Uint8Array[]) => {
  const bytes = box("trak", box("mdia", box("hdlr", u32(0, 0), "vide"), box("minf", box("stbl", ...tables))));
  return { piece: { bytes, base: 0 }, trak: boxAt(bytes, 0, bytes.length)! };
};
const stsc = (...runs: [first: number, samples: number][]) => box("stsc", u32(0, runs.length), u32(...runs.flatMap((run) => [...run, 1])));
const stco = (...offsets: number[]) => box("stco", u32(0, offsets.length, ...offsets));

it("samples lie chunk by chunk, in runs", () => {
  const { piece, trak } = trakOf(stsc([1, 2], [3, 1]), box("stsz", u32(0, 0, 5, 10, 20, 30, 40, 50)), stco(100, 200, 300));
  expect(chunksOf(piece, trak)).toEqual([
    [100, 130],
    [200, 270],
    [300, 350],
  ]);
  expect([handlerOf(piece, trak), find(piece, trak, "mdia", "dinf")]).toEqual(["vide", undefined]);
});

it("all of one size are not counted one by one, however many are claimed", () => {
  const { piece, trak } = trakOf(stsc([1, 0xffff_ffff]), box("stsz", u32(0, 4, 0xffff_ffff)), box("co64", u32(0, 1, 1, 0)));
  expect(chunksOf(piece, trak)).toEqual([[2 ** 32, 2 ** 32 + 4 * 0xffff_ffff]]);
});

it("tables that are cut off or do not fit together tell nothing", () => {
  expect(chunksOf(...both(trakOf(stsc([1, 1]), box("stsz", u32(0, 0, 2, 10, 20)), stco(100))))).toBeUndefined();
  expect(chunksOf(...both(trakOf(stsc([1, 2]), box("stsz", u32(0, 0, 9, 10)), stco(100))))).toBeUndefined();
  expect(chunksOf(...both(trakOf(stsc([1, 2]), stco(100))))).toBeUndefined();
});

function both({ piece, trak }: ReturnType<typeof trakOf>) {
  return [piece, trak] as const;
}
