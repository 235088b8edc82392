import { expect, test } from "vitest";
import { nextBatch } from "./batch.ts";

const MB = 1_000_000;
const photos = (count: number): number[] => Array.from({ length: count }, () => 5 * MB);

test.each([
  ["nothing is hashed", { sizes: [], planned: 0, last: true, bytesPerSecond: 0 }, 0],
  ["the first file goes at once", { sizes: photos(1), planned: 0, last: false, bytesPerSecond: 0 }, 1],
  ["at most fifty a call", { sizes: photos(250), planned: 0, last: false, bytesPerSecond: 0 }, 50],
  ["enough waits to be sent", { sizes: photos(250), planned: 24, last: false, bytesPerSecond: 0 }, 0],
  ["a small batch waits for more", { sizes: photos(20), planned: 10, last: false, bytesPerSecond: 0 }, 0],
  ["a small batch goes when no more come", { sizes: photos(20), planned: 10, last: true, bytesPerSecond: 0 }, 20],
  ["a slow line gets few, since the signatures expire", { sizes: photos(100), planned: 0, last: true, bytesPerSecond: 0.5 * MB }, 24],
  ["never fewer than keep the lanes busy", { sizes: photos(100), planned: 0, last: true, bytesPerSecond: 1 }, 12],
  ["a fast line gets the full batch", { sizes: photos(100), planned: 0, last: true, bytesPerSecond: 50 * MB }, 50],
])("%s", (_, state, count) => {
  expect(nextBatch(state)).toBe(count);
});
