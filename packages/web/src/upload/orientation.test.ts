import { expect, test } from "vitest";
import { isTurned, unpadded, uprightTransform } from "./orientation.ts";

/** Where the transform puts the stored top-left and top-right corners of a 4 × 2 picture; EXIF 2.32, table 6 names them. */
test.each([
  [1, [0, 0], [4, 0]],
  [2, [4, 0], [0, 0]],
  [3, [4, 2], [0, 2]],
  [4, [0, 2], [4, 2]],
  [5, [0, 0], [0, 4]],
  [6, [2, 0], [2, 4]],
  [7, [2, 4], [2, 0]],
  [8, [0, 4], [0, 0]],
])("orientation %d brings the first row's ends to %j and %j", (orientation, left, right) => {
  const [a, b, c, d, e, f] = uprightTransform(orientation, 4, 2);
  const map = (x: number, y: number): number[] => [a * x + c * y + e, b * x + d * y + f];
  expect([map(0, 0), map(4, 0)]).toEqual([left, right]);
  expect(isTurned(orientation)).toBe(orientation > 4);
});

test("black bars of a padded thumbnail are cut off, top and bottom or left and right", () => {
  expect(unpadded(160, 120, 1.5)).toMatchObject({ x: 0, width: 160, height: 160 / 1.5 });
  expect(unpadded(160, 120, 0.75)).toMatchObject({ x: 35, y: 0, width: 90, height: 120 });
  expect(unpadded(160, 120, 4 / 3)).toEqual({ x: 0, y: 0, width: 160, height: 120 });
});
