import { expect, test } from "vitest";
import { agoText } from "./ago.ts";
import { dateName } from "./dates.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");

test.each([
  ["2026-11-22T12:00:00Z", "just now"],
  ["2026-11-22T11:59:10Z", "just now"],
  ["2026-11-22T11:59:00Z", "1 minute ago"],
  ["2026-11-22T11:00:30Z", "59 minutes ago"],
  ["2026-11-22T09:30:00Z", "2 hours ago"],
  ["2026-11-21T11:00:00Z", "1 day ago"],
  ["2026-11-22T12:00:40Z", "in 40 seconds"],
  ["2026-11-22T12:05:00Z", "in 5 minutes"],
  ["2026-11-29T11:59:00Z", "in 7 days"],
])("%s was %s", (instant, text) => {
  expect(agoText(instant, NOW)).toBe(text);
});

test("what is longer ago than a week has its date", () => {
  expect(agoText("2026-10-02T12:00:00Z", NOW)).toBe(`on ${dateName({ year: 2026, month: 10, day: 2 })}`);
});
