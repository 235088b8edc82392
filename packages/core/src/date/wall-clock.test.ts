import { describe, expect, it } from "vitest";
import { fromMs, instantOf, parseOffset, parseStamp, toMs, utcMonthOf, wallClock } from "./wall-clock.ts";

describe("the date of a tag", () => {
  it.each([
    ["2018:05:30 21:25:39", { local: "2018-05-30T21:25:39" }],
    ["2018:05:30 21:25:39.536804", { local: "2018-05-30T21:25:39.536" }],
    ["2021:10:20 21:01:01+00:00", { local: "2021-10-20T21:01:01", offset: 0 }],
    ["2023-11-15T12:30:00Z", { local: "2023-11-15T12:30:00", offset: 0 }],
    ["2021-04-10T11:43:59+0100", { local: "2021-04-10T11:43:59", offset: 60 }],
    ["2024:04:22 14:38:09.526GMT+02:00", { local: "2024-04-22T14:38:09.526", offset: 120 }],
    ["2024-04-22T14:38:09GMT+2", { local: "2024-04-22T14:38:09", offset: 120 }],
    ["2009:09:09 20:27:09.60:04:00", { local: "2009-09-09T20:27:09.600" }],
    ["2003-08-30", { local: "2003-08-30T12:00:00" }],
    ["2018:05:30 21:25\0", { local: "2018-05-30T21:25:00" }],
    ["2020:02:29 00:00:00", { local: "2020-02-29T00:00:00" }],
    ["2016:12:31 23:59:60", { local: "2016-12-31T23:59:59" }],
  ])("%j is read", (text, stamp) => {
    expect(parseStamp(text)).toEqual(stamp);
  });

  it.each([
    "",
    "    :  :     :  :  ",
    "0000:00:00 00:00:00",
    "2019:02:29 10:00:00",
    "2020:13:01 10:00:00",
    "1825:12:31 10:00:00",
    "2020:01:01 24:00:00",
    "2021",
    "yesterday",
  ])("%j is none", (text) => {
    expect(parseStamp(text)).toBeUndefined();
  });
});

describe("an offset", () => {
  it.each([
    ["+02:00", 120],
    ["-0800", -480],
    ["+05:30", 330],
    ["Z", 0],
    ["GMT+2", 120],
    ["+14:00", 840],
    ["+15:00", undefined],
    ["   :  ", undefined],
  ])("%j is %s minutes", (text, minutes) => {
    expect(parseOffset(text)).toBe(minutes);
  });
});

it("a wall clock goes through milliseconds and back, with and without a fraction", () => {
  for (const local of ["1999-12-31T23:59:59", "2018-07-25T16:34:23.935", "1900-01-01T00:00:00"]) expect(fromMs(toMs(local))).toBe(local);
});

it("the instant of a wall clock is it less its offset, whatever zone the process is in", () => {
  expect(instantOf("2023-11-15T04:30:00", -480).toISOString()).toBe("2023-11-15T12:30:00.000Z");
});

it.each([
  [[2018, 7, 25, Number.NaN, 34, 23]],
  [[2018, 7, 25, 14, 34, Number.POSITIVE_INFINITY]],
  [[2018, 7, 25, 14.5, 34, 23]],
  [[2018, 7, 25, -1, 34, 23]],
  [[Number.NaN, 7, 25, 14, 34, 23]],
])("a wall clock of %j is none", (parts) => {
  expect(wallClock(parts)).toBeUndefined();
});

it("a wall clock needs a day that exists", () => {
  expect(wallClock([2023, 4, 31, 1, 2, 3])).toBeUndefined();
  expect(wallClock([2023, 4, 30, 1, 2, 3], "5")).toBe("2023-04-30T01:02:03.500");
});

it("a month that is counted begins at midnight in UTC, wherever the process is", () => {
  const months = ["2026-11-30T23:59:59.999Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"].map((at) => utcMonthOf(new Date(at)));
  expect(months).toEqual([2026 * 12 + 10, 2026 * 12 + 11, 2027 * 12]);
});
