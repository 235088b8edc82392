import { expect, it } from "vitest";
import { stepOf } from "./deck.ts";

it.each([
  ["a short, slow pull springs back", 100, 0.1, 0],
  ["a quarter of the way is not enough, and a little more is", 250, 0, 0],
  ["far to the left leads to the older", -251, 0, 1],
  ["far to the right leads to the newer", 251, 0, -1],
  ["a flick leads on however short", -20, -0.6, 1],
  ["a flick the other way", 20, 0.6, -1],
  ["a flick back, against the pull, springs back", -100, 0.9, 0],
  ["far, and then a flick back: it is where the finger left it", -400, 0.9, 1],
  ["nothing at all", 0, 0, 0],
])("%s", (_, offset, speed, step) => {
  expect(stepOf(offset, speed, 1_000)).toBe(step);
});
