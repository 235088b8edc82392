import { expect, it } from "vitest";
import { sidesOf } from "./strip.ts";

const row = { before: "b", current: "c", after: "d" };

it.each([
  ["forward, the one before stays", "d", row, { before: "c", after: undefined }],
  ["backward, the one after stays", "b", row, { before: undefined, after: "c" }],
  ["elsewhere, nothing stays beside it", "x", row, { before: undefined, after: undefined }],
  [
    "at the start there is nothing",
    "a",
    { before: undefined, current: undefined, after: undefined },
    { before: undefined, after: undefined },
  ],
  ["the newest has nothing before it", "d", { ...row, before: undefined }, { before: "c", after: undefined }],
])("%s", (_, next, was, sides) => {
  expect(sidesOf(next, was)).toEqual(sides);
});
