import { expect, it } from "vitest";
import { AppError } from "./error.ts";

it("keeps its cause and the extra fields of the problem document", () => {
  const cause = new Error("disk");
  const error = new AppError("storage_full", "The disk is full.", { cause, extra: { free: 0 } });
  expect(error).toMatchObject({ name: "AppError", code: "storage_full", message: "The disk is full.", extra: { free: 0 } });
  expect(error.cause).toBe(cause);
});

it("has no cause when none is given", () => {
  expect(Object.hasOwn(new AppError("invalid", "No."), "cause")).toBe(false);
});
