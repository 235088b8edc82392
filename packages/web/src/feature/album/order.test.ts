import { describe, expect, it } from "vitest";
import { placed, shifted } from "./order.ts";

const ORDER = ["a", "b", "c", "d", "e"];

describe("moving photos by a place", () => {
  it.each([
    ["one to the right", ["b"], 1, { ids: ["b"], before: "d" }],
    ["one to the left", ["b"], -1, { ids: ["b"], before: "a" }],
    ["one to the end", ["d"], 1, { ids: ["d"], before: null }],
    ["several together", ["c", "b"], -1, { ids: ["b", "c"], before: "a" }],
    ["several that are apart", ["b", "d"], 1, { ids: ["b", "d"], before: "e" }],
    ["the first to the left", ["a"], -1, undefined],
    ["the last to the right", ["e"], 1, undefined],
    ["what is not there", ["x"], 1, undefined],
  ] as const)("moves %s", (_, some, by, move) => {
    expect(shifted(ORDER, some, by)).toEqual(move);
  });
});

describe("putting photos before another", () => {
  it.each([
    ["one", ["d"], "b", { ids: ["d"], before: "b" }],
    ["several, in the order that they have", ["e", "a"], "c", { ids: ["a", "e"], before: "c" }],
    ["at the end", ["a"], null, { ids: ["a"], before: null }],
    ["before one of themselves", ["b", "d"], "d", { ids: ["b", "d"], before: "e" }],
    ["where they are", ["b"], "c", undefined],
    ["before itself", ["b"], "b", undefined],
  ] as const)("puts %s", (_, some, before, move) => {
    expect(placed(ORDER, some, before)).toEqual(move);
  });
});
