import { expect, it } from "vitest";
import { chunkOf, landscapes } from "@tintype/test/chunk";
import { toLibrary, toMonth } from "./library.ts";
import { createRange } from "./range.ts";
import { createSelection } from "./selection.ts";

const nothing = () => undefined;
const NOVEMBER = 24_322;
const days = [
  [22, landscapes(8)],
  [20, landscapes(2)],
] as const;
const chunk = chunkOf(NOVEMBER, days);
/** Three photos have come before all others. */
const grown = chunkOf(NOVEMBER, [[25, landscapes(3)], ...days], 2);

function start() {
  const selection = createSelection(nothing);
  let ids = Array.from({ length: 10 }, (_, i) => `p${i}`);
  const show = (each: typeof chunk) => selection.follow(toLibrary([toMonth(each)]), nothing, []);
  show(chunk);
  return {
    selection,
    selected: () => ids.flatMap((_, slot) => (selection.has(slot) ? [slot] : [])),
    range: createRange(selection, { idAt: (slot) => ids[slot], find: (id) => (ids.includes(id) ? ids.indexOf(id) : undefined) }),
    grow: () => {
      ids = ["n0", "n1", "n2", ...ids];
      show(grown);
    },
  };
}

it("grows and shrinks by keys, and leaves what was selected before", () => {
  const { selection, selected, range } = start();
  selection.set(9, 10, true);
  range.extend(3, 2);
  range.extend(4, 3);
  range.extend(3, 4);
  expect(selected()).toEqual([2, 3, 9]);
});

it("goes from what was clicked to what is clicked with Shift, and a key goes on from there", () => {
  const { selected, range } = start();
  range.begin(3);
  range.extend(6);
  range.extend(5);
  expect(selected()).toEqual([3, 4, 5]);
  range.extend(4, 5);
  expect(selected()).toEqual([3, 4]);
});

it("begins where a key starts from when that is not where it came to", () => {
  const { selected, range } = start();
  range.begin(1);
  range.extend(7, 6);
  expect(selected()).toEqual([6, 7]);
});

it("is one photo without a beginning", () => {
  const { selected, range } = start();
  range.begin();
  range.extend(4);
  expect(selected()).toEqual([4]);
});

it("begins at the photo that was clicked, not at its old slot, when photos came in meanwhile", () => {
  const { selection, selected, range, grow } = start();
  selection.set(2, 3, true);
  range.begin(2);
  grow();
  range.extend(7);
  expect(selected()).toEqual([5, 6, 7]);
});

it.each([
  ["nothing", []],
  ["a photo", [9]],
])("keeps its photos and goes on from where it is when photos come in meanwhile, with %s selected before", (_, before) => {
  const { selection, selected, range, grow } = start();
  selection.add(before.map((slot) => [slot, slot + 1]));
  range.extend(3, 2);
  grow();
  range.extend(7, 6);
  expect(selected()).toEqual([5, 6, 7, ...before.map((slot) => slot + 3)]);
  range.extend(6, 7);
  expect(selected()).toEqual([5, 6, ...before.map((slot) => slot + 3)]);
});
