import { unpackDays } from "@tintype/core/geometry";
import { chunkOf } from "@tintype/test/chunk";
import { expect, it } from "vitest";
import type { Item, Range } from "../../grid/items.ts";
import { createGaps } from "./gaps.ts";

const chunk = chunkOf(
  24_322,
  [
    [22, [1, 2, 3]],
    [21, [4]],
    [20, [5, 6]],
  ],
  7,
);

it("closes the gap in ratios and days, and tells the server its own places", () => {
  const gaps = createGaps();
  const once = gaps.without(chunk, new Set([1, 3]));
  expect({ ...once, days: unpackDays(once.days), ratios: [...once.ratios] }).toEqual({
    month: 24_322,
    revision: -1,
    count: 4,
    days: [
      [22, 2],
      [20, 2],
    ],
    ratios: [1, 3, 5, 6],
  });
  const twice = gaps.without(once, new Set([0]));
  const places = gaps.placesOf({ month: 24_322, revision: twice.revision, from: 0, to: 3 });
  expect(places.map(({ revision, from, to }) => [revision, from, to])).toEqual([
    [7, 2, 3],
    [7, 4, 6],
  ]);
});

it("asks for items by the server's places, and has none where one of them is out of date", async () => {
  const gaps = createGaps();
  const { revision } = gaps.without(chunk, new Set([1]));
  const range: Range = { month: 24_322, revision, from: 0, to: 5 };
  let isStale = false;
  const source = gaps.through({
    items: async (ranges) =>
      ranges.map(({ from, to }) =>
        isStale && from > 0 ? null : Array.from({ length: to - from }, (_, i) => ({ id: `${from + i}` }) as Item),
      ),
  });
  const { signal } = new AbortController();
  expect((await source.items([range], signal))[0]?.map(({ id }) => id)).toEqual(["0", "2", "3", "4", "5"]);
  isStale = true;
  expect(await source.items([range], signal)).toEqual([null]);
});
