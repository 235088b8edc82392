import { expect, test } from "vitest";
import { cameraClock, deviceClock } from "./clock.ts";

test.each([
  ["2021:05:03 10:11:12", "2021-05-03T10:11:12"],
  ["2021-05-03T10:11:12", "2021-05-03T10:11:12"],
  ["2021:05:03 10:11:12.45+02:00", "2021-05-03T10:11:12"],
  ["2021:05:03 10:11", "2021-05-03T10:11:00"],
  ["0000:00:00 00:00:00", undefined],
  ["    :  :     :  :  ", undefined],
  ["2021:02:31 10:00:00", undefined],
  ["2021:13:01 10:00:00", undefined],
  ["", undefined],
  [undefined, undefined],
  [new Date(0), undefined],
])("the EXIF date %j is %j", (value, wall) => {
  expect(cameraClock(value)).toBe(wall);
});

test("a file's time and its offset give the instant back", () => {
  const at = Date.parse("2024-07-01T12:34:56Z");
  const { wall, offset } = deviceClock(at);
  expect(Date.parse(`${wall}Z`) - offset * 60_000).toBe(at);
});

test("a file time out of range is the epoch, not an exception", () => {
  expect(deviceClock(Number.NaN).wall).toBe("1970-01-01T00:00:00");
  expect(deviceClock(8.64e15).wall).toBe("1970-01-01T00:00:00");
});
