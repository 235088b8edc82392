import { describe, expect, it } from "vitest";
import { dateName, dayName, durationName, monthName } from "./dates.ts";

const day = { year: 2026, month: 11, day: 22 };

describe("names of dates", () => {
  it("write a day of this year without the year, and another with it", () => {
    expect(dayName(day, "wide", 2026)).toBe("Sun, 22 November");
    expect(dayName(day, "wide", 2027)).toBe("Sun, 22 November 2026");
    expect(dayName(day, "narrow", 2026)).toBe("22 Nov");
    expect(dayName(day, "narrow", 2027)).toBe("22 Nov 2026");
    expect(dateName(day)).toBe("22 November 2026");
  });

  it("write months", () => {
    expect([monthName(2021 * 12 + 2), monthName(2021 * 12 + 2, "short")]).toEqual(["March 2021", "Mar 2021"]);
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
