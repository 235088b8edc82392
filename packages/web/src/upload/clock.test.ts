import { expect, test } from "vitest";
import { exifWallClock, wallClock } from "./clock.ts";

test.each([
  ["2021:05:03 10:11:12", "2021-05-03T10:11:12"],
  ["2021-05-03T10:11:12", "2021-05-03T10:11:12"],
  ["2021:05:03 10:11:12.45+02:00", "2021-05-03T10:11:12"],
  ["0000:00:00 00:00:00", undefined],
  ["    :  :     :  :  ", undefined],
  ["2021:02:31 10:00:00", undefined],
  ["2021:13:01 10:00:00", undefined],
  ["", undefined],
  [undefined, undefined],
  [new Date(0), undefined],
])("the EXIF date %j is %j", (value, wall) => {
  expect(exifWallClock(value)).toBe(wall);
});

test("a file's time and its offset give the instant back", () => {
  const at = Date.parse("2024-07-01T12:34:56Z");
  const { wall, offset } = wallClock(at);
  expect(Date.parse(`${wall}Z`) - offset * 60_000).toBe(at);
});

test("a file time out of range is the epoch, not an exception", () => {
  expect(wallClock(Number.NaN).wall).toBe("1970-01-01T00:00:00");
  expect(wallClock(8.64e15).wall).toBe("1970-01-01T00:00:00");
});
