import { beforeEach, describe, expect, it, vi } from "vitest";
import { fromBytes, toBytes } from "./id.ts";

describe("newId", () => {
  let newId: (now?: number) => string;
  // It remembers the latest time, which other tests may have set far ahead.
  beforeEach(async () => {
    vi.resetModules();
    ({ newId } = await import("./id.ts"));
  });

  it("is a version 7 UUID that carries its time", () => {
    const now = Date.now() + 60_000;
    const id = newId(now);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
    expect(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(now);
  });

  it("sorts by the order of making, within a millisecond, past the counter's end, and when the clock steps back", () => {
    const now = Date.now() + 120_000;
    const ids = Array.from({ length: 10_000 }, (_, i) => newId(i < 9_000 ? now : now - 5_000));
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

it("reads back the bytes of an id", () => {
  const id = "0193a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b";
  expect(fromBytes(toBytes(id))).toBe(id);
});
