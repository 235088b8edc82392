import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeTicks } from "./ticks.ts";

describe("scrubber ticks", () => {
  it("writes each year once, at its newest month, and a dot for the months between", () => {
    const marks = Array.from({ length: 24 }, (_, i) => ({ month: 2026 * 12 + 11 - i, y: i * 30 }));
    const { years, dots } = placeTicks(marks, 800);
    expect(years).toEqual([
      { year: 2026, y: 11 },
      { year: 2025, y: 360 },
    ]);
    expect(dots).toHaveLength(22);
  });

  it("keeps years at least 16 px apart, inside the track, and no dot under a year, for any library", () => {
    const library = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0, max: 90, noNaN: true })), { maxLength: 300 });
    fc.assert(
      fc.property(library, fc.integer({ min: 100, max: 1200 }), (steps, height) => {
        let month = 2026 * 12;
        let y = 0;
        const marks = steps.map(([back, down]) => ({ month: (month -= back), y: (y = Math.min(height, y + down)) }));
        const { years, dots } = placeTicks(marks, height);
        expect(years.at(-1)?.year).toBe(marks.length > 0 ? Math.floor(month / 12) : undefined);
        for (const [i, label] of years.entries()) {
          expect(label.y).toBeGreaterThanOrEqual(8);
          expect(label.y).toBeLessThanOrEqual(height - 8);
          if (i > 0) expect(label.y - years[i - 1]!.y).toBeGreaterThanOrEqual(16);
          for (const dot of dots) expect(Math.abs(dot - label.y)).toBeGreaterThanOrEqual(12);
        }
      }),
    );
  });
});
