import { expect, it } from "vitest";
import { take, turn, waitAfter } from "./poll.ts";

it("asks soon after something new, and without it ever later, up to four seconds", () => {
  const waits = [700];
  for (let i = 0; i < 6; i++) waits.push(waitAfter(waits.at(-1)!, false));
  expect(waits.map(Math.round)).toEqual([700, 1_050, 1_575, 2_363, 3_544, 4_000, 4_000]);
  expect(waitAfter(4_000, true)).toBe(700);
});

it("asks everybody in turn, and nobody who has left", () => {
  const set = new Set(["a", "b", "c", "d", "e"]);
  const asked: string[][] = [];
  for (let i = 0; i < 3; i++) {
    const some = take(set, 2);
    asked.push(some);
    for (const each of some) turn(set, each);
  }
  expect(asked).toEqual([
    ["a", "b"],
    ["c", "d"],
    ["e", "a"],
  ]);
  turn(set, "x");
  expect(set.size).toBe(5);
  expect(take(set, 0)).toEqual([]);
  expect(take(set, 9)).toHaveLength(5);
});
