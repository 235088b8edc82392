import { describe, expect, it } from "vitest";
import { parseCopyRange, parseRange } from "./range.ts";

describe("a range", () => {
  it.each([
    ["bytes=0-9", 0, 9],
    ["bytes=5-", 5, 99],
    ["bytes=-10", 90, 99],
    ["bytes=-1000", 0, 99],
    ["bytes=0-1000", 0, 99],
    ["bytes=99-99", 99, 99],
    ["Bytes = 1 - 2", 1, 2],
  ])("%s of 100 bytes is %i to %i", (header, start, end) => {
    expect(parseRange(header, 100)).toEqual({ start, end });
  });

  it.each([undefined, "", "bytes=", "bytes=-", "bytes=a-b", "bytes=9-0", "bytes=0-1,3-4", "items=0-1"])(
    "%s is none: all is sent",
    (header) => {
      expect(parseRange(header, 100)).toBeUndefined();
    },
  );

  it.each(["bytes=100-", "bytes=100-200", "bytes=-0"])("%s of 100 bytes cannot be satisfied", (header) => {
    expect(() => parseRange(header, 100)).toThrow(/range/iu);
  });

  it("of an empty object cannot be satisfied", () => {
    expect(() => parseRange("bytes=0-", 0)).toThrow(/range/iu);
  });

  it("for a copied part must be written out and lie within the source", () => {
    expect(parseCopyRange("bytes=0-99", 100)).toEqual({ start: 0, end: 99 });
    expect(parseCopyRange(undefined, 100)).toBeUndefined();
    for (const header of ["bytes=0-100", "bytes=0-", "bytes=-5", "bytes=9-0", "0-9"]) {
      expect(() => parseCopyRange(header, 100)).toThrow(Error);
    }
  });
});
