import { describe, expect, it } from "vitest";
import { backoff } from "./backoff.ts";

describe("backoff", () => {
  it("doubles up to a quarter of an hour, with jitter, and is never nothing", () => {
    expect(backoff(1, () => 1)).toBe(2_000);
    expect(backoff(4, () => 1)).toBe(16_000);
    expect(backoff(30, () => 1)).toBe(900_000);
    expect(backoff(1, () => 0)).toBe(200);
  });
});
