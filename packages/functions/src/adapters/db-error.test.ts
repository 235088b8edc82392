import { describe, expect, it } from "vitest";
import { databaseError } from "./db-error.ts";

const withCode = (code: string): Error => Object.assign(new Error("no"), { code });

describe("a driver's error", () => {
  it.each(["23505", "40001", "22012", "42P01"])("stays as it is for a failed statement (%s)", (code) => {
    const error = withCode(code);
    expect(databaseError(error)).toBe(error);
  });

  it.each(["ECONNREFUSED", "ENOTFOUND", "ETIMEDOUT", "08006", "57P01", "57P03", "53200", "53300"])(
    "is database_unavailable without an answer (%s)",
    (code) => {
      expect(databaseError(withCode(code))).toMatchObject({
        name: "AppError",
        code: "database_unavailable",
        message: expect.stringContaining(code),
      });
    },
  );

  it.each(["53100", "ENOSPC", "EDQUOT"])("is storage_full, in words for people, when the disk is full (%s)", (code) => {
    const cause = withCode(code);
    const error = databaseError(cause);
    expect(error).toMatchObject({ name: "AppError", code: "storage_full", message: expect.stringContaining("The disk is full."), cause });
  });

  it("is database_unavailable when the connection just ends", () => {
    expect(databaseError(new Error("Connection terminated unexpectedly"))).toMatchObject({ code: "database_unavailable" });
  });

  it("stays as it is when it is a bug of ours", () => {
    const bug = new TypeError("not a function");
    expect(databaseError(bug)).toBe(bug);
  });
});
