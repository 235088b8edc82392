import { box, spelled } from "@tintype/test/spelled";
import { expect, it } from "vitest";
import { boxAt, boxesIn } from "./box.ts";

it("boxes are found one after the other, with the zeros that QuickTime puts at their end", () => {
  const bytes = spelled(box("moov", "ab"), box("free"), [0, 0, 0, 0]);
  const found = boxesIn(bytes, 100, 100, 122)?.map(({ type, start, content, end }) => [type, start, content, end]);
  expect(found).toEqual([
    ["moov", 100, 108, 110],
    ["free", 110, 118, 118],
  ]);
});

it("a large one has its size behind its name, and one of size 0 goes on to the end", () => {
  expect(boxAt(spelled([0, 0, 0, 1], "mdat", [0, 0, 0, 1, 0, 0, 0, 0]), 8, 2 ** 40)).toMatchObject({ content: 24, end: 8 + 2 ** 32 });
  expect(boxAt(spelled([0, 0, 0, 0], "mdat"), 8, 50)).toMatchObject({ content: 16, end: 50 });
});

it("what does not end within its place is none, nor what is smaller than its own head", () => {
  expect(boxAt(spelled([0, 0, 0, 20], "moov"), 0, 19)).toBeUndefined();
  expect(boxAt(spelled([0, 0, 0, 7], "moov"), 0, 19)).toBeUndefined();
  expect(boxAt(spelled("moo"), 0, 19)).toBeUndefined();
  expect(boxesIn(spelled(box("moov"), [0, 0]), 0, 0, 10)).toBeUndefined();
});
