import { AppError } from "@tintype/core/kernel";
import { expect } from "vitest";

/** Expects an AppError of this code. */
export async function expectCode(promise: Promise<unknown>, code: AppError["code"]): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  expect(error instanceof AppError ? error.code : error).toBe(code);
}
