import { describe, expect, it } from "vitest";
import { decode, encode, packDays, ratioByte, RATIOS, unpackDays } from "./geometry.ts";

describe("geometry", () => {
  it("reads back what it packed", () => {
    const chunk = {
      month: 2026 * 12 + 10,
      revision: 7,
      count: 3,
      days: packDays([
        [22, 2],
        [21, 1],
      ]),
      ratios: Uint8Array.of(1, 2, 3),
    };
    const read = decode(encode({ revision: 9, chunks: [chunk] }));
    expect(read).toEqual({ revision: 9, chunks: [chunk] });
    expect(unpackDays(read.chunks[0]!.days)).toEqual([
      [22, 2],
      [21, 1],
    ]);
  });

  it("keeps every ratio within 0.7 % and clamps the extremes", () => {
    for (const [width, height] of [
      [4032, 3024],
      [3024, 4032],
      [1, 1],
      [16, 9],
      [5600, 1000],
    ] as const) {
      expect(Math.abs(RATIOS[ratioByte(width, height)]! / (width / height) - 1)).toBeLessThan(0.007);
    }
    expect(ratioByte(1, 1000)).toBe(0);
    expect(ratioByte(1000, 1)).toBe(255);
  });

  it("refuses bytes that are cut short or foreign", () => {
    const whole = encode({
      revision: 1,
      chunks: [{ month: 1, revision: 1, count: 2, days: packDays([[1, 2]]), ratios: Uint8Array.of(1, 2) }],
    });
    expect(() => decode(whole.subarray(0, -1))).toThrow(RangeError);
    expect(() => decode(new Uint8Array(12))).toThrow(RangeError);
  });
});
