import { describe, expect, it } from "vitest";
import { chunkOf, landscapes } from "@tintype/test/chunk";
import { assetRuns, dayAt, floorIndex, monthAt, patchChunks, slotOf, sourceOf, toLibrary, toMonth } from "./library.ts";

const november = 2026 * 12 + 10;
const chunks = [
  chunkOf(november, [
    [22, landscapes(3)],
    [20, landscapes(2)],
  ]),
  chunkOf(november - 1, [[31, landscapes(4)]]),
];
const library = toLibrary(chunks.map(toMonth));

describe("library", () => {
  it("numbers slots through all months", () => {
    expect(library.count).toBe(9);
    expect([0, 4, 5, 8].map((slot) => monthAt(library, slot))).toEqual([0, 0, 1, 1]);
    expect(sourceOf(library, 6)).toEqual({ month: library.months[1], index: 1 });
    expect(slotOf(library, november - 1, 1)).toBe(6);
    expect(slotOf(library, november - 2, 0)).toBeUndefined();
    expect(slotOf(library, november, 5)).toBeUndefined();
  });

  it("tells the day of a slot", () => {
    expect(dayAt(library, 3)).toEqual({ year: 2026, month: 11, day: 20, begin: 3, end: 5 });
    expect(dayAt(library, 5)).toEqual({ year: 2026, month: 10, day: 31, begin: 5, end: 9 });
  });

  it("splits a range of slots at the months", () => {
    expect(assetRuns(library, 3, 7).map(({ month, from, to }) => [month.month, from, to])).toEqual([
      [november, 3, 5],
      [november - 1, 0, 2],
    ]);
    expect(assetRuns(library, 4, 4)).toEqual([]);
  });

  it("keeps the same month object for the same chunk, so that its layout is kept", () => {
    expect(toMonth(chunks[0]!)).toBe(library.months[0]);
  });

  it("replaces, adds and removes months by a patch", () => {
    const patch = { revision: 2, chunks: [chunkOf(november + 1, [[1, landscapes(1)]], 2), chunkOf(november, [], 2)] };
    expect(patchChunks(chunks, patch).map(({ month, count }) => [month, count])).toEqual([
      [november + 1, 1],
      [november - 1, 4],
    ]);
  });

  it("finds the last start that is not above a value", () => {
    expect([-5, 0, 3, 4, 99].map((value) => floorIndex([0, 4, 8], 3, value))).toEqual([0, 0, 0, 1, 2]);
  });
});
