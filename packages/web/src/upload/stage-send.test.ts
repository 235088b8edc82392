import { expect, it } from "vitest";
import { hasExpired, partList, sizeOf } from "./stage-send.ts";

const etags = (...numbers: number[]) => new Map(numbers.map((number) => [number, `"${number}"`]));

it.each([
  ["no part", etags(), 0],
  ["whole parts", etags(1, 3), 16],
  ["the last part, which is shorter", etags(4), 3],
  ["all of them", etags(4, 1, 3, 2), 27],
])("counts the bytes of %s", (_, have, bytes) => {
  expect(sizeOf({ etags: have, partSize: 8 }, 27)).toBe(bytes);
});

it("names parts in order, however they came", () => {
  expect(partList({ etags: etags(10, 2, 1) })).toEqual([
    { number: 1, etag: '"1"' },
    { number: 2, etag: '"2"' },
    { number: 10, etag: '"10"' },
  ]);
});

it.each([
  [403, "AccessDenied", true],
  [403, "", true],
  [403, "NoSuchUpload", false],
  [404, "NoSuchUpload", false],
  [503, "SlowDown", false],
  [200, "", false],
])("status %d with code %j means that the signature ran out: %s", (status, code, expired) => {
  expect(hasExpired({ status, code })).toBe(expired);
});
