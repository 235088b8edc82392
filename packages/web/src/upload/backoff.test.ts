import { expect, test } from "vitest";
import { backoff } from "./backoff.ts";

test.each([
  [1, undefined, 1, 1_000],
  [2, undefined, 1, 2_000],
  [4, undefined, 1, 8_000],
  [7, undefined, 1, 60_000],
  [5_000, undefined, 1, 60_000],
  [4, undefined, 0.5, 4_000],
  [4, undefined, 0, 200],
])("failure %d (Retry-After %s, random %d) waits %d ms", (attempt, retryAfter, random, wait) => {
  expect(backoff(attempt, retryAfter, () => random)).toBe(wait);
});

test.each([
  [1, 30, 0, 30_000],
  [1, 30, 1, 31_000],
  [9, 5, 1, 7_000],
  [1, 0, 1, 1_000],
])("failure %d never comes back before Retry-After of %d s (random %d: %d ms)", (attempt, retryAfter, random, wait) => {
  expect(backoff(attempt, retryAfter, () => random)).toBe(wait);
});

test("waits at most 15 s while something got through within the last minutes", () => {
  expect(backoff(9, undefined, () => 1, 299_000)).toBe(15_000);
  expect(backoff(9, undefined, () => 1, 300_000)).toBe(60_000);
  expect(backoff(9, 30, () => 0, 1_000)).toBe(30_000);
});
