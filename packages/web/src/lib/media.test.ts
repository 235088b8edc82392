import { expect, it } from "vitest";
import { mediaText } from "./media.ts";

it.each([
  [2, 0, "2 photos"],
  [0, 0, "0 photos"],
  [1, 1, "1 video"],
  [3, 1, "2 photos and 1 video"],
  [1205, 2, "1,203 photos and 2 videos"],
])("%i of which %i are videos are %s", (count, videos, text) => {
  expect(mediaText(count, videos)).toBe(text);
});
