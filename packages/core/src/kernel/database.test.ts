import { describe, expect, it } from "vitest";
import { isUniqueViolation } from "./database.ts";

describe("a unique violation", () => {
  const violation = Object.assign(new Error("duplicate key"), { code: "23505", constraint: "user_email_unique" });

  it("is known by its code, and by its constraint when one is asked for", () => {
    expect(isUniqueViolation(violation)).toBe(true);
    expect(isUniqueViolation(violation, "user_email_unique")).toBe(true);
    expect(isUniqueViolation(violation, "user_handle_unique")).toBe(false);
  });

  it("is no other error", () => {
    expect(isUniqueViolation(Object.assign(new Error("no such table"), { code: "42P01" }))).toBe(false);
    expect(isUniqueViolation(new Error("plain"))).toBe(false);
    expect(isUniqueViolation({ code: "23505" })).toBe(false);
  });
});
