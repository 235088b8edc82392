import { describe, expect, it } from "vitest";
import { chunkOf, landscapes } from "./chunk.testing.ts";
import { createRange, moveBy } from "./keys.ts";
import { layOutNow } from "./layout.ts";
import { toLibrary, toMonth } from "./library.ts";
import { slotsInside } from "./marquee.ts";
import { createSelection } from "./selection.ts";

/** Rows of four, then a day of two. */
const chunk = chunkOf(24_322, [
  [22, landscapes(8)],
  [20, landscapes(2)],
]);
const layout = layOutNow(toLibrary(1, [toMonth(chunk)]), {
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

describe("a range with Shift", () => {
  const nothing = () => undefined;
  const start = () => {
    const selection = createSelection(nothing);
    selection.follow(toLibrary(1, [toMonth(chunk)]), nothing);
    const selected = () => Array.from({ length: 13 }, (_, slot) => slot).filter((slot) => selection.has(slot));
    return { selection, selected, range: createRange(selection) };
  };
  /** Three photos have come before all others. */
  const grown = chunkOf(
    24_322,
    [
      [25, landscapes(3)],
      [22, landscapes(8)],
      [20, landscapes(2)],
    ],
    2,
  );

  it("grows and shrinks, and leaves what was selected before", () => {
    const { selection, selected, range } = start();
    selection.set(9, 10, true);
    range.extend(2, 3);
    range.extend(3, 4);
    range.extend(4, 3);
    expect(selected()).toEqual([2, 3, 9]);
  });

  it.each([
    ["nothing", []],
    ["a photo", [9]],
  ])("keeps its photos and goes on from where it is when photos come in meanwhile, with %s selected before", (_, before) => {
    const { selection, selected, range } = start();
    selection.add(before.map((slot) => [slot, slot + 1]));
    range.extend(2, 3);
    selection.follow(toLibrary(2, [toMonth(grown)]), nothing);
    range.extend(6, 7);
    expect(selected()).toEqual([5, 6, 7, ...before.map((slot) => slot + 3)]);
    range.extend(7, 6);
    expect(selected()).toEqual([5, 6, ...before.map((slot) => slot + 3)]);
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
