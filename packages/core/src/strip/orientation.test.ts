import { spelled } from "@tintype/test/spelled";
import { expect, it } from "vitest";
import { orientationIn, tiffWith, withoutMark } from "./orientation.ts";

it.each([1, 2, 3, 4, 5, 6, 7, 8])("%i is told and read again", (orientation) => {
  expect(orientationIn(tiffWith(orientation))).toBe(orientation);
});

it("is 1 where nothing is told, or nonsense", () => {
  const little = (value: number) => spelled("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", [value, 0, 0, 0]);
  expect(orientationIn(little(8))).toBe(8);
  for (const tiff of [little(0), little(9), little(6).subarray(0, 20), spelled(), spelled("II*\0\xff\xff\xff\xff"), spelled("JPEGxxxx")]) {
    expect(orientationIn(tiff)).toBe(1);
  }
});

it("is found behind the mark that some writers put before it", () => {
  expect(orientationIn(withoutMark(spelled("Exif\0\0", tiffWith(5))))).toBe(5);
  expect(withoutMark(tiffWith(5))).toEqual(tiffWith(5));
});
