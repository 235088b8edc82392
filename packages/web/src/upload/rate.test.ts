import { expect, test } from "vitest";
import { createRate, secondsLeft, timeLeftText } from "./rate.ts";

test("a steady stream is measured over the window only", () => {
  const rate = createRate(5_000);
  for (let at = 0; at <= 10_000; at += 250) rate.sample(at < 5_000 ? 0 : (at - 5_000) * 10, at);
  expect(rate.perSecond(10_000)).toBe(10_000);
});

test("too little history gives no number", () => {
  const rate = createRate(5_000);
  rate.sample(0, 0);
  rate.sample(9_000_000, 1_000);
  expect(rate.perSecond(1_000)).toBe(0);
});

test("a stall makes the rate fall", () => {
  const rate = createRate(5_000);
  rate.sample(0, 0);
  rate.sample(4_000, 2_000);
  expect(rate.perSecond(2_000)).toBe(2_000);
  expect(rate.perSecond(4_000)).toBe(1_000);
});

test("a total that shrinks (a part is sent again) never gives a negative rate", () => {
  const rate = createRate(5_000);
  rate.sample(9_000, 0);
  rate.sample(1_000, 2_000);
  expect(rate.perSecond(2_000)).toBe(0);
});

test.each([
  ["nothing moves", 50, 0, 60_000, undefined],
  ["it has hardly begun", 1, 10, 5_000, undefined],
  ["it has hardly begun, but for long", 1, 10, 30_000, 99.9],
  ["enough is done to tell", 200, 10, 5_000, 80],
])("of 1,000 units, when %s (%d done, %d a second, after %d ms), %s seconds are left", (_, done, rate, elapsed, seconds) => {
  expect(secondsLeft(done, 1_000, rate, elapsed)).toBe(seconds);
});

test.each([
  [3, "a few seconds left"],
  [12, "about 20 s left"],
  [41, "about 50 s left"],
  [54, "about 1 min left"],
  [70, "about 1 min left"],
  [2_280, "about 38 min left"],
  [3_600, "about 1 h left"],
  [5_400, "about 1 h 30 min left"],
  [7_100, "about 2 h left"],
  [40_000, "about 11 h left"],
])("%d seconds read as %s", (seconds, text) => {
  expect(timeLeftText(seconds)).toBe(text);
});
