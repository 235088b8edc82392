import { spelled } from "@tintype/test/spelled";
import fc from "fast-check";
import { expect, it } from "vitest";
import { applyEdits, join, latin } from "./bytes.ts";

it("bytes are joined, and read as Latin-1", () => {
  expect(latin(join([spelled("ab"), spelled(), spelled("\u00a9c")]), 1, 4)).toBe("b\u00a9c");
});

it("edits piece by piece are the edits of the whole, wherever the pieces end", () => {
  const whole = spelled("abcdefghijklmnop");
  const edits = { zeros: [[2, 5] as const, [14, 99] as const], writes: [{ at: 3, bytes: spelled("XYZ") }] };
  const expected = spelled("ab", [0], "XYZghijklmn", [0, 0]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 17 }), (step) => {
      const pieces = whole.slice();
      for (let at = 0; at < pieces.length; at += step) applyEdits(pieces.subarray(at, at + step), at, edits);
      expect(pieces).toEqual(expected);
    }),
  );
});
