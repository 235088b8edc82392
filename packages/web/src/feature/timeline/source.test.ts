import { expect, it } from "vitest";
import { epochOf, requestsOf, toRows } from "./source.ts";

it.each([
  ['W/"0b0c9f2e-5a3d-4c58-9d0e-2f6f5f0a7b11.7"', "0b0c9f2e-5a3d-4c58-9d0e-2f6f5f0a7b11"],
  ['"0.0"', "0"],
  [null, "0"],
])("reads the epoch of the ETag %j as %s", (etag, epoch) => {
  expect(epochOf(etag)).toBe(epoch);
});

it("reads columns as the items of each range, and null for a stale one", () => {
  const columns = {
    month: [24_322, 24_322, 24_322],
    stale: [false, true, false],
    id: ["a", "b", "c"],
    kind: ["photo", "video", "raw"] as ("photo" | "video" | "raw")[],
    state: ["ready", "ready", "unprocessable"] as ("ready" | "unprocessable")[],
    name: ["a.jpg", "b.mov", "c.nef"],
    localAt: ["2026-11-22T10:00:00", "2026-11-22T09:00:00", "2026-11-21T09:00:00"],
    durationMs: [null, 42_000, null],
    thumbhash: ["aGFzaA==", null, null],
    thumb: ["http://store/a", null, null],
    flags: [1, 0, 2],
  };
  const range = (from: number, to: number) => ({ month: 24_322, revision: 1, from, to });
  const rows = toRows(columns, [range(0, 2), range(5, 9), range(3, 4)]);
  expect(rows.map((each) => each?.map(({ id }) => id) ?? null)).toEqual([["a", "b"], null, ["c"]]);
  expect(rows[0]![0]).toEqual({
    id: "a",
    kind: "photo",
    state: "ready",
    name: "a.jpg",
    localAt: "2026-11-22T10:00:00",
    durationMs: null,
    thumbhash: "aGFzaA==",
    thumb: "http://store/a",
    favourite: true,
    missing: false,
    foreign: false,
    addedBy: null,
  });
  expect(rows[2]![0]).toMatchObject({ favourite: false, missing: true });
  expect(rows[0]![1]!.durationMs).toBe(42_000);
});

it.each([
  ["nothing", [], []],
  ["what fits, in one", [125, 125], [[125, 125]]],
  ["one block more, in another", [125, 125, 1], [[125, 125], [1]]],
  [
    "short ones, as many as fit",
    [100, 100, 100, 20, 130],
    [
      [100, 100],
      [100, 20, 130],
    ],
  ],
])("asks for %s", (_, counts, groups) => {
  const ranges = counts.map((count) => ({ month: 24_322, revision: 1, from: 7, to: 7 + count }));
  expect(requestsOf(ranges).map((group) => group.map(({ from, to }) => to - from))).toEqual(groups);
});
