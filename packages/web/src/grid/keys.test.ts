import { describe, expect, it } from "vitest";
import { chunkOf, landscapes } from "@tintype/test/chunk";
import { moveBy } from "./keys.ts";
import { layOutNow } from "./layout.ts";
import { toLibrary, toMonth } from "./library.ts";
import { slotsInside } from "./marquee.ts";

/** Rows of four, then a day of two. */
const chunk = chunkOf(24_322, [
  [22, landscapes(8)],
  [20, landscapes(2)],
]);
const layout = layOutNow(toLibrary([toMonth(chunk)]), {
  width: 1128,
  target: 220,
  gap: 4,
  dayGap: 16,
  heading: 48,
  tallest: 1.6,
  minPart: 96,
});

describe("keys move", () => {
  it.each([
    ["ArrowLeft", 0, 0],
    ["ArrowLeft", 5, 4],
    ["ArrowRight", 5, 6],
    ["ArrowRight", 9, 9],
    ["ArrowDown", 2, 6],
    ["ArrowUp", 6, 2],
    ["ArrowUp", 2, 2],
    ["ArrowDown", 7, 9],
    ["ArrowDown", 9, 9],
    ["Home", 6, 0],
    ["End", 1, 9],
    ["PageDown", 1, 9],
    ["PageUp", 9, 1],
    ["q", 1, undefined],
  ])("%s from %d to %s", (key, from, to) => {
    expect(moveBy(layout, key, from, 400)).toBe(to);
  });
});

describe("a marquee", () => {
  it("touches what it covers, in either direction", () => {
    const a = { x: 290, y: 100 };
    const b = { x: 600, y: 320 };
    expect(slotsInside(layout, a, b)).toEqual([
      [1, 3],
      [5, 7],
    ]);
    expect(slotsInside(layout, b, a)).toEqual(slotsInside(layout, a, b));
  });

  it("touches nothing in a heading or beside a short row", () => {
    expect(slotsInside(layout, { x: 10, y: 2 }, { x: 300, y: 30 })).toEqual([]);
    expect(slotsInside(layout, { x: 1_000, y: 600 }, { x: 1_100, y: 650 })).toEqual([]);
  });
});
