import { expect, it } from "vitest";
import { AppError, isOutage, jsonIn, undefinedWhen } from "./error.ts";

it("keeps its cause and the extra fields of the problem document", () => {
  const cause = new Error("disk");
  const error = new AppError("storage_full", "The disk is full.", { cause, extra: { free: 0 } });
  expect(error).toMatchObject({ name: "AppError", code: "storage_full", message: "The disk is full.", extra: { free: 0 } });
  expect(error.cause).toBe(cause);
});

it("has no cause when none is given", () => {
  expect(Object.hasOwn(new AppError("invalid", "No."), "cause")).toBe(false);
});

it("tells what is away, which is worth trying again, from what is wrong", () => {
  expect(isOutage(new AppError("storage_unavailable", "Away."))).toBe(true);
  expect(isOutage(new AppError("invalid", "No."))).toBe(false);
  expect(isOutage(new Error("a bug"))).toBe(false);
});

it("can be taken for an answer, one kind of it and no other", () => {
  expect(undefinedWhen("gone")(new AppError("gone", "x"))).toBeUndefined();
  expect(() => undefinedWhen("gone")(new AppError("conflict", "x"))).toThrow(AppError);
  expect(() => undefinedWhen("gone")(new Error("bug"))).toThrow("bug");
});

it("is not thrown for a text that is no JSON", () => {
  expect([jsonIn('{"a":[1]}'), jsonIn("null"), jsonIn("{"), jsonIn("")]).toEqual([{ a: [1] }, null, undefined, undefined]);
});
