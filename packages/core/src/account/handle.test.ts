import { describe, expect, it } from "vitest";
import { freeHandle } from "./handle.ts";

describe("a person's folder name", () => {
  it.each([
    ["Anna Müller", [], "anna-muller"],
    ["Anna", ["anna"], "anna-2"],
    ["Anna", ["anna", "anna-2", "anna-3"], "anna-4"],
    ["Юлия", [], "юлия"],
    ["Юлия", ["юлия"], "юлия-2"],
    ["𠮷".repeat(40), ["𠮷".repeat(24)], `${"𠮷".repeat(24)}-2`],
    ["../../etc", [], "etc"],
    ["a".repeat(40), ["a".repeat(32)], `${"a".repeat(30)}-2`],
  ])("of %j beside %j is %j", (name, taken, handle) => {
    expect(freeHandle(name, new Set(taken))).toBe(handle);
  });
});
