import { expect, test } from "vitest";
import { passwordFault, strengthHint, strengthOf } from "./password.ts";

const owner = { name: "Anna Klein", email: "anna@example.org" };

test.each([
  ["", "short"],
  ["elevenchars", "short"],
  ["passwordpassword", "weak"],
  ["anna@example.org", "weak"],
  ["river-lamp-9", "good"],
  ["correct horse battery", "strong"],
  ["日本語の長い合言葉です本当", "good"],
])("%j is %s", (password, strength) => {
  expect(strengthOf(password, owner)).toBe(strength);
});

test("an emoji counts as one character, as it does for the server", () => {
  expect(strengthHint("🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊", owner)).toBe("1 more character.");
});

test("the hint counts down to the shortest length allowed, then says what is wrong or how good it is", () => {
  expect(strengthHint("river-la", owner)).toBe("4 more characters.");
  expect(strengthHint("passwordpassword", owner)).toMatch(/first to be tried/u);
  expect(strengthHint("correct horse battery", owner)).toBe("Strong.");
});

test("what can be taken has no fault", () => {
  expect(passwordFault("river-lamp-9", owner)).toBeUndefined();
  expect(passwordFault("river", owner)).toBe("Use at least 12 characters.");
});
