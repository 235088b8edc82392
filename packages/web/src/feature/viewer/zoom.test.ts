import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clampView, fit, FITTED, maxScale, toggleZoom, zoomAt, type Frame } from "./zoom.ts";

const frame: Frame = { width: 1000, height: 800, boxWidth: 1000, boxHeight: 500, max: 6 };

describe("zoom", () => {
  it.each([
    [2, 1000, 800, { width: 1000, height: 500 }],
    [0.5, 1000, 800, { width: 400, height: 800 }],
    [1.25, 1000, 800, { width: 1000, height: 800 }],
  ])("fits a ratio of %d into %d × %d", (ratio, width, height, box) => {
    expect(fit(ratio, width, height)).toEqual(box);
  });

  it("does not blow up a tiny picture", () => {
    expect(fit(0.6, 1000, 800, 48)).toEqual({ width: 144, height: 240 });
  });

  it.each([
    [1000, 6000, 1, 12],
    [1000, 6000, 2, 6],
    [1000, 800, 1, 4],
    [1000, null, 1, 4],
  ])("lets a box of %d px with %s px of picture at density %d grow %d times", (box, pixels, density, max) => {
    expect(maxScale(box, pixels, density)).toBe(max);
  });

  it("keeps the point under the cursor where it is", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -500, max: 500 }),
        fc.integer({ min: -400, max: 400 }),
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        (x, y, factor) => {
          const before = { scale: 2, x: 30, y: -20 };
          const after = zoomAt(before, factor, { x, y });
          expect((x - after.x) / after.scale).toBeCloseTo((x - before.x) / before.scale, 6);
          expect((y - after.y) / after.scale).toBeCloseTo((y - before.y) / before.scale, 6);
        },
      ),
    );
  });

  it("never shows the black beyond an edge while the picture is larger than the window", () => {
    expect(clampView({ scale: 2, x: 9999, y: -9999 }, frame)).toEqual({ scale: 2, x: 500, y: -100 });
    expect(clampView({ scale: 0.3, x: 10, y: 10 }, frame)).toEqual(FITTED);
    expect(clampView({ scale: 50, x: 0, y: 0 }, frame).scale).toBe(6);
  });

  it("toggles between fitted and the picture's own pixels", () => {
    const zoomed = toggleZoom(FITTED, frame, { x: 0, y: 0 });
    expect(zoomed.scale).toBe(3);
    expect(toggleZoom(zoomed, frame, { x: 0, y: 0 })).toEqual(FITTED);
  });
});
