import { expect, test } from "vitest";
import { strengthHint, strengthOf } from "./password.ts";

test.each([
  ["", "short"],
  ["elevenchars", "short"],
  ["aaaaaaaaaaaa", "weak"],
  ["password1234", "weak"],
  ["river-lamp-9", "good"],
  ["correct horse battery", "strong"],
  ["日本語の長い合言葉です本当", "good"],
])("%j is %s", (password, strength) => {
  expect(strengthOf(password)).toBe(strength);
});

test("an emoji counts as one character, as it does for the server", () => {
  expect(strengthHint("🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊")).toBe("1 more character.");
});

test("the hint counts down to the shortest length allowed", () => {
  expect(strengthHint("12345678")).toBe("4 more characters.");
});
