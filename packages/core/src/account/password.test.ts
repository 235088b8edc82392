import { describe, expect, it } from "vitest";
import { weaknessOf } from "./password.ts";

const anna = { name: "Anna Klein", email: "anna.klein@example.org" };

describe("a password", () => {
  it.each([
    ["", "short"],
    ["elevenchars", "short"],
    ["🦊🦊🦊🦊🦊🦊", "short"],
    ["passwordpassword", "common"],
    ["Passw0rd1234!", "common"],
    ["P@$$w0rdP@$$w0rd", "common"],
    ["letmein-letmein", "common"],
    ["Summer2026!!", "common"],
    ["annaklein2026", "personal"],
    ["example.org example", "personal"],
    ["aaaaaaaaaaaa", "pattern"],
    ["abcabcabcabc", "pattern"],
    ["123456789012", "pattern"],
    ["qwertyuiop[]", "pattern"],
    ["lkjhgfdsa1234", "pattern"],
    ["abcdefghijklmnop", "pattern"],
    ["xyxyxyxyxyxyxy", "pattern"],
    ["river river river", "pattern"],
  ])("%j is refused as %s", (password, weakness) => {
    expect(weaknessOf(password, anna)).toBe(weakness);
  });

  it.each([
    "correct horse battery",
    "river-lamp-9",
    "not the password at all",
    "anna rows a green boat",
    "日本語の長い合言葉です本当",
    "k7#mQ2vX!p9L",
    "the password of the sea 4",
    "bookkeeper committee",
  ])("%j is good enough", (password) => {
    expect(weaknessOf(password, anna)).toBeUndefined();
  });

  it("is judged by its owner only where one is known", () => {
    expect(weaknessOf("annaklein2026")).toBeUndefined();
  });
});
