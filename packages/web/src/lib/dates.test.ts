import { describe, expect, it } from "vitest";
import { datesIn, durationName, localDay, nextMonth, utcDay } from "./dates.ts";

const day = { year: 2026, month: 11, day: 22 };

describe("names of dates", () => {
  const british = datesIn("en-GB");

  it("write a day of this year without the year, and another with it", () => {
    expect(british.dayName(day, "wide", 2026)).toBe("Sun, 22 November");
    expect(british.dayName(day, "wide", 2027)).toBe("Sun, 22 November 2026");
    expect(british.dayName(day, "narrow", 2026)).toBe("22 Nov");
    expect(british.dayName(day, "narrow", 2027)).toBe("22 Nov 2026");
    expect(british.dateName(day)).toBe("22 November 2026");
    expect([british.dateName(day, 2026), british.dateName(day, 2027)]).toEqual(["22 November", "22 November 2026"]);
  });

  it("write months", () => {
    const march = 2021 * 12 + 2;
    expect([british.monthName(march), british.monthName(march, "short")]).toEqual(["March 2021", "Mar 2021"]);
  });

  it("write a wall clock as it was on the clock, whatever the zone of this machine", () => {
    expect(british.momentName("2026-11-21T16:42:10")).toBe("Sat, 21 Nov 2026, 16:42");
    expect(british.momentName("2026-01-01T00:00:00.123")).toBe("Thu, 1 Jan 2026, 00:00");
  });

  it("follow the order and the words of a language", () => {
    expect(datesIn("de").dayName(day, "wide", 2026)).toBe("So., 22. November");
    expect(datesIn("ja").dayName(day, "wide", 2026)).toBe("11月22日(日)");
    expect(datesIn("en-US").dateName(day)).toBe("November 22, 2026");
    expect(datesIn("en-US").momentName("2026-11-21T08:05:00")).toMatch(/, 8:05\sAM$/u);
  });

  it("know the day of an instant by this clock and by UTC, and of a date the date itself", () => {
    const late = new Date(2026, 10, 22, 23, 59, 59).toISOString();
    expect([localDay(late), utcDay("2026-11-22T23:59:59Z"), utcDay("2026-11-22")]).toEqual([day, day, day]);
    const first = { year: 2027, month: 1, day: 1 };
    expect([nextMonth(new Date("2026-12-01T00:00:00Z")), nextMonth(new Date("2026-12-31T23:59:59Z"))]).toEqual([first, first]);
  });

  it.each([
    [0, "0:00"],
    [41_600, "0:42"],
    [600_000, "10:00"],
    [3_723_000, "1:02:03"],
  ])("write %d ms as %s", (ms, text) => {
    expect(durationName(ms)).toBe(text);
  });
});
