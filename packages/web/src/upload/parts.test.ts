import { expect, test } from "vitest";
import { missingParts, nextRun, partRange } from "./parts.ts";

test("ranges cover a file without gaps, the last one being short", () => {
  const ranges = [1, 2, 3].map((number) => partRange(number, 16, 40));
  expect(ranges).toEqual([
    { from: 0, to: 16 },
    { from: 16, to: 32 },
    { from: 32, to: 40 },
  ]);
});

test.each([
  [[1, 2, 3, 4, 5], 3, { from: 1, to: 3 }],
  [[2, 3, 5], 50, { from: 2, to: 3 }],
  [[7], 50, { from: 7, to: 7 }],
  [[], 50, undefined],
])("of the missing parts %j at most %d in a row are asked for", (missing, limit, run) => {
  expect(nextRun(missing, limit)).toEqual(run);
});

test("what is there already is not sent again", () => {
  expect(missingParts(4, new Map([[2, "etag"]]))).toEqual([1, 3, 4]);
});
