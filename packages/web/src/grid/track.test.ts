import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunkOf, landscapes } from "@tintype/test/chunk";
import { layOutNow, type Layout } from "./layout.ts";
import { toLibrary, toMonth } from "./library.ts";
import { metricsFor } from "./metrics.ts";
import { createTrack, monthAtTop, offsetAfter } from "./track.ts";

const metrics = metricsFor(1_200, "m", false);

/** A library with so many landscapes on one day of each month, newest first, in a window of 800 pixels. */
function trackOf(counts: readonly number[]) {
  const months = counts.map((count, i) => toMonth(chunkOf(24_300 - i, [[14, landscapes(count)]])));
  const layout = layOutNow(toLibrary(months), metrics);
  const range = Math.max(0, layout.height + metrics.bottom - 800);
  return { layout, range, track: createTrack(layout, range, 800) };
}

function press(key: string, { layout, track }: { layout: Layout; track: ReturnType<typeof createTrack> }, offset: number): number {
  return offsetAfter(key, layout, track, offset)!;
}

describe("the scrubber's track", () => {
  it("ends at the oldest month, even where that shares its row with others", () => {
    const here = trackOf([...Array<number>(12).fill(9), 1, 1, 1]);
    const { layout, range, track } = here;
    const end = press("End", here, 0);
    expect(end).toBe(range);
    expect(track.monthOf(track.lineOf(end))).toBe(14);
    expect(monthAtTop(layout, end)).toBeLessThan(12);
  });

  it("leads to every month by Page Down and back by Page Up, and to each day but those that share a row by the arrows", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 20, maxLength: 40 }), (counts) => {
        const here = trackOf(counts);
        const { track, range } = here;
        const at = (offset: number) => track.monthOf(track.lineOf(offset));
        let offset = 0;
        for (let month = 1; month < counts.length; month++) {
          offset = press("PageDown", here, offset);
          expect(at(offset)).toBe(month);
        }
        expect(press("PageDown", here, offset)).toBe(range);
        for (let month = counts.length - 2; month >= 0; month--) {
          offset = press("PageUp", here, offset);
          expect(at(offset)).toBe(month);
        }
        const days = new Set([0]);
        for (let day = 0; day < range; day = press("ArrowDown", here, day)) days.add(day);
        for (let day = press("ArrowUp", here, range); day > 0; day = press("ArrowUp", here, day)) expect(days).toContain(day);
      }),
      { numRuns: 30 },
    );
  });

  it("stands for the top of the window, but for the last stretch", () => {
    const { layout, range, track } = trackOf(Array<number>(30).fill(20));
    for (const offset of [0, 100, 5_000, range - 800]) expect(track.lineOf(offset)).toBe(offset);
    expect(track.lineOf(range)).toBe(layout.height);
    for (let offset = 1; offset <= range; offset++) {
      expect(track.lineOf(offset)).toBeGreaterThan(track.lineOf(offset - 1));
      expect(track.offsetOf(track.lineOf(offset))).toBe(offset);
    }
  });

  it("gives months that share a row places of their own, in order", () => {
    const { layout, track } = trackOf([1, 1, 1, 1, 9, 9, 9, 9]);
    const tops = layout.library.months.map((_, month) => track.topOf(month));
    expect(layout.rows).toBeLessThan(12);
    expect(tops).toEqual(tops.toSorted((a, b) => a - b));
    expect(new Set(tops).size).toBe(8);
  });

  it("leaves other keys alone", () => {
    const { layout, track } = trackOf([30, 30]);
    expect(offsetAfter("Enter", layout, track, 0)).toBeUndefined();
    expect(offsetAfter("Home", layout, track, 400)).toBe(0);
  });
});
