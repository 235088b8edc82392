import { packDays, ratioByte } from "@tintype/core/geometry";
import { expect, it } from "vitest";
import { isCrowded, roomBefore } from "./corner.ts";
import { layOutNow, type Layout } from "./layout.ts";
import { toLibrary, toMonth } from "./library.ts";
import { metricsFor } from "./metrics.ts";

const [landscape, portrait] = [ratioByte(4, 3), ratioByte(9, 16)];

/** Of a month whose days, newest first, have photos of these shapes. */
function layoutOf(days: number[][], width = 1_208, phone = false): Layout {
  const pairs = days.map((ratios, i) => [28 - i, ratios.length] as const);
  const chunk = { month: 24_000, revision: 1, count: days.flat().length, days: packDays(pairs), ratios: Uint8Array.from(days.flat()) };
  return layOutNow(toLibrary([toMonth(chunk)]), metricsFor(width, "m", phone));
}

it.each([
  ["one day fills the first row", [Array(5).fill(landscape)], false],
  ["the last of two begins in the middle", [Array(2).fill(landscape), Array(2).fill(landscape)], false],
  ["the last of two begins at the right edge", [Array(4).fill(landscape), [portrait]], true],
  ["there is nothing", [], false],
])("knows whether a day begins below the controls: %s", (...[, days, crowded]) => {
  expect(isCrowded(layoutOf(days))).toBe(crowded);
});

it("knows it on a phone, where the controls are as wide", () => {
  expect(isCrowded(layoutOf([[landscape, portrait], [landscape]], 390, true))).toBe(true);
  expect(isCrowded(layoutOf([[landscape, landscape]], 390, true))).toBe(false);
});

it("leaves a heading the room before the controls", () => {
  const layout = layoutOf([Array(5).fill(landscape)]);
  expect(roomBefore(layout, 0)).toBe(layout.metrics.width - 124);
});
