import { beforeEach, describe, expect, it } from "vitest";
import { chunkOf, landscapes } from "@tintype/test/chunk";
import { toLibrary, toMonth, type Month } from "./library.ts";
import { placePending } from "./pending.ts";
import { createSelection } from "./selection.ts";

const november = 2026 * 12 + 10;
const days = [
  [22, landscapes(3)],
  [20, landscapes(2)],
] as const;
const before = chunkOf(november, days);
const older = chunkOf(november - 1, [[31, landscapes(4)]]);
const library = toLibrary([before, older].map(toMonth));
const nothing = () => undefined;
const loadedAs = (month: number, revision: number, from: number, ids: readonly string[]) => [
  { range: { month, revision, from }, items: ids.map((id) => ({ id })) },
];

let changes = 0;
let selection = createSelection(() => changes++);
const selected = (count: number) => Array.from({ length: count }, (_, slot) => slot).filter((slot) => selection.has(slot));

beforeEach(() => {
  changes = 0;
  selection = createSelection(() => changes++);
  selection.follow(library, nothing, []);
});

describe("selection", () => {
  it("takes and gives back ranges over months, and counts", () => {
    selection.set(3, 7, true);
    expect(selected(9)).toEqual([3, 4, 5, 6]);
    expect(selection.count()).toBe(4);
    selection.set(4, 6, false);
    expect(selected(9)).toEqual([3, 6]);
    expect(changes).toBe(2);
    selection.clear();
    expect(selection.count()).toBe(0);
  });

  it("tells none, some or all of a day", () => {
    expect(selection.share(0, 3)).toBe("none");
    selection.set(1, 2, true);
    expect(selection.share(0, 3)).toBe("some");
    selection.set(0, 3, true);
    expect(selection.share(0, 3)).toBe("all");
  });

  it("comes back to what it was when a marquee shrinks", () => {
    selection.set(0, 1, true);
    const restore = selection.save();
    selection.add([[3, 9]]);
    restore();
    selection.add([[3, 4]]);
    expect(selected(9)).toEqual([0, 3]);
    expect(selection.count()).toBe(2);
  });

  it("comes back to nothing, but to nothing else, once the library is another one", () => {
    const after = toLibrary([chunkOf(november, [[25, landscapes(2)], ...days], 2), older].map(toMonth));
    const toNothing = selection.save();
    selection.add([[3, 4]]);
    selection.follow(after, () => "known", []);
    toNothing();
    expect(selection.count()).toBe(0);
    selection.add([[5, 6]]);
    const toOne = selection.save();
    selection.follow(library, nothing, []);
    toOne();
    expect(selected(9)).toEqual([3]);
  });

  it("names what is selected as runs of each month", () => {
    selection.add([
      [0, 2],
      [4, 6],
    ]);
    expect(selection.runs().runs.map(({ month, from, to }) => [month.month, from, to])).toEqual([
      [november, 0, 2],
      [november, 4, 5],
      [november - 1, 0, 1],
    ]);
  });

  it("cannot take a tile that is still uploading", () => {
    const tile = { key: "a", name: "a.jpg", localAt: "2026-11-22T10:00:00", ratio: 1 };
    selection.follow(toLibrary(placePending([before], [tile], nothing).months), nothing, []);
    selection.set(0, 6, true);
    expect(selected(6)).toEqual([1, 2, 3, 4, 5]);
    expect(selection.share(0, 4)).toBe("all");
  });

  it("stays with photos never loaded while their own day does not change", () => {
    selection.set(3, 5, true);
    const after = chunkOf(november, [[25, landscapes(2)], ...days], 2);
    selection.follow(toLibrary([after, older].map(toMonth)), nothing, []);
    expect(selected(11)).toEqual([5, 6]);
  });

  it("lets go of a photo never loaded when its day changes, and carries one whose id is known", () => {
    selection.set(0, 2, true);
    const after = chunkOf(november, [[22, landscapes(4)], days[1]], 2);
    const next = toLibrary([after, older].map(toMonth));
    selection.follow(next, (_month, index) => (index === 1 ? "known" : undefined), []);
    expect(selected(10)).toEqual([]);
    expect(selection.count()).toBe(1);
    expect(selection.runs().ids).toEqual(["known"]);
    selection.find(loadedAs(november, 1, 0, ["known"]));
    expect(selected(10)).toEqual([]);
    selection.find(loadedAs(november, 2, 1, ["other", "known"]));
    expect(selected(10)).toEqual([2]);
    expect(selection.count()).toBe(1);
    expect(selection.runs().ids).toEqual([]);
  });

  it("finds at once what is loaded already when the library changes", () => {
    selection.set(0, 2, true);
    const after = chunkOf(november, [[22, landscapes(4)], days[1]], 2);
    const ids = (_month: unknown, index: number) => `id-${index}`;
    selection.follow(toLibrary([after, older].map(toMonth)), ids, loadedAs(november, 2, 0, ["new", "id-0", "id-1", "id-2"]));
    expect([selected(10), selection.count()]).toEqual([[1, 2], 2]);
    selection.set(1, 2, false);
    expect([selected(10), selection.count()]).toEqual([[2], 1]);
  });

  it("finds what it carries when a later change brings it", () => {
    selection.set(0, 1, true);
    const grown = (photos: number, revision: number) => toLibrary([toMonth(chunkOf(november, [[22, landscapes(photos)]], revision))]);
    selection.follow(grown(4, 2), () => "known", []);
    selection.follow(grown(5, 3), nothing, loadedAs(november, 3, 0, ["new", "newer", "known"]));
    expect([selected(5), selection.count()]).toEqual([[2], 1]);
  });

  it("does not take back what it has found to what was copied before", () => {
    selection.set(0, 1, true);
    const after = chunkOf(november, [[22, landscapes(4)], days[1]], 2);
    selection.follow(toLibrary([after, older].map(toMonth)), () => "known", []);
    const restore = selection.save();
    selection.find(loadedAs(november, 2, 1, ["known"]));
    restore();
    expect([selected(10), selection.count()]).toEqual([[1], 1]);
  });

  it("is of another era only when slots have become other photos'", () => {
    const tile = { key: "a", name: "a.jpg", localAt: "2026-11-21T10:00:00", ratio: 1 };
    const withTile = (): Month[] => placePending([before, older], [tile], nothing).months;
    const eras = [library.months, library.months, withTile(), withTile(), library.months].map((months) => {
      selection.follow(toLibrary(months), nothing, []);
      return selection.era();
    });
    const [first = 0] = eras;
    expect(eras).toEqual([first, first, first + 1, first + 1, first + 2]);
  });

  it("lets go of a month that is gone", () => {
    selection.set(5, 9, true);
    selection.follow(toLibrary([toMonth(before)]), nothing, []);
    expect(selection.count()).toBe(0);
  });
});
