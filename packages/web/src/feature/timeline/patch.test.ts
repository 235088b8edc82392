import { chunkOf, landscapes } from "@tintype/test/chunk";
import { expect, it } from "vitest";
import { layOutNow } from "../../grid/layout.ts";
import { toLibrary, toMonth } from "../../grid/library.ts";
import { blocksInView } from "./patch.ts";

const NOVEMBER = 2026 * 12 + 10;
const METRICS = { width: 1128, target: 220, gap: 4, dayGap: 16, heading: 48, tallest: 1.6, minPart: 96 };
const month = (number: number, photos: number, revision: number) => chunkOf(number, [[22, landscapes(photos)]], revision);

/** 300 photos in November, 1,000 in October. */
const before = [month(NOVEMBER, 300, 1), month(NOVEMBER - 1, 1_000, 1)];
const layout = layOutNow(toLibrary(before.map(toMonth)), METRICS);
const looking = (from: number, to: number, offset = from === 0 ? 0 : 5_000) => ({
  layout: () => layout,
  seen: () => ({ from, to }),
  offset: () => offset,
});

it.each([
  ["what comes in above what is seen at the top", looking(0, 20), [month(NOVEMBER, 305, 2)], [[NOVEMBER, 0, 125]]],
  ["a new month at the top", looking(0, 20), [month(NOVEMBER + 1, 5, 2)], [[NOVEMBER + 1, 0, 5]]],
  ["nothing of a new month above when that is not in view", looking(310, 330), [month(NOVEMBER + 1, 5, 2)], []],
  [
    "where what is seen may have moved to",
    looking(240, 260),
    [month(NOVEMBER, 420, 2)],
    [
      [NOVEMBER, 125, 250],
      [NOVEMBER, 250, 375],
      [NOVEMBER, 375, 420],
    ],
  ],
  [
    "both months that are in view",
    looking(290, 310),
    [month(NOVEMBER, 301, 2), month(NOVEMBER - 1, 1_001, 2)],
    [
      [NOVEMBER, 250, 301],
      [NOVEMBER - 1, 0, 125],
    ],
  ],
  ["nothing of a month that is not in view", looking(0, 20), [month(NOVEMBER - 1, 1_001, 2)], []],
  ["nothing of a month that has gone", looking(0, 20), [month(NOVEMBER, 0, 2)], []],
  [
    "not more than four blocks",
    looking(400, 420),
    [month(NOVEMBER - 1, 2_000, 2)],
    [
      [NOVEMBER - 1, 0, 125],
      [NOVEMBER - 1, 125, 250],
      [NOVEMBER - 1, 250, 375],
      [NOVEMBER - 1, 375, 500],
    ],
  ],
])("a patch brings %s", (_, grid, chunks, blocks) => {
  const brought = blocksInView(grid, { chunks }, before);
  expect(brought.map((range) => [range.month, range.from, range.to])).toEqual(blocks);
  expect(brought.every(({ revision }) => revision === 2)).toBe(true);
});
