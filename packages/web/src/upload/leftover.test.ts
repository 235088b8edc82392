import { expect, it } from "vitest";
import { createLeftover, isMadeGood, isTakenBack, takeLeftover } from "./leftover.ts";

function memory(): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    clear: () => items.clear(),
    getItem: (key) => items.get(key) ?? null,
    key: () => null,
    removeItem: (key) => void items.delete(key),
    setItem: (key, value) => void items.set(key, value),
  };
}

it("tells once how many files a page that was closed had not sent", () => {
  const storage = memory();
  const leftover = createLeftover(storage, () => 1_000);
  leftover.set(12);
  leftover.set(11);
  leftover.leave();
  expect([takeLeftover(storage, 1_500), takeLeftover(storage, 1_500)]).toEqual([11, 0]);
});

it("tells nothing when everything was sent", () => {
  const storage = memory();
  const leftover = createLeftover(storage, () => 1_000);
  leftover.set(3);
  leftover.set(0);
  leftover.leave();
  expect(takeLeftover(storage, 1e9)).toBe(0);
});

it("leaves a tab alone that is still sending, and tells of one that crashed", () => {
  const storage = memory();
  createLeftover(storage, () => 1_000).set(5);
  expect(takeLeftover(storage, 30_000)).toBe(0);
  expect(takeLeftover(storage, 70_000)).toBe(5);
});

it("is not led astray by what it cannot read", () => {
  const storage = memory();
  for (const text of ["", "{", "7", '{"count":"7","at":0}']) {
    storage.setItem("tintype.unsent", text);
    expect(takeLeftover(storage, 1e9)).toBe(0);
  }
});

it.each([
  [{ total: 43, arrived: 43, unsent: 0, failed: 0 }, true],
  [{ total: 45, arrived: 43, unsent: 0, failed: 2 }, true],
  [{ total: 60, arrived: 43, unsent: 17, failed: 0 }, true],
  [{ total: 40, arrived: 40, unsent: 0, failed: 0 }, true],
  [{ total: 43, arrived: 42, unsent: 0, failed: 1 }, false],
  [{ total: 43, arrived: 12, unsent: 31, failed: 0 }, false],
  [{ total: 0, arrived: 0, unsent: 0, failed: 0 }, false],
])("takes 43 files for missing until as many have come, or all that were added: %o", (sent, is) => {
  expect(isMadeGood(43, sent)).toBe(is);
});

it("takes back that files are missing once they went from another tab, or that one tells of them", () => {
  const event = { key: "tintype.unsent", newValue: null };
  expect(isTakenBack(event)).toBe(true);
  expect(isTakenBack({ ...event, newValue: "{}" })).toBe(false);
  expect(isTakenBack({ ...event, key: "tintype.theme" })).toBe(false);
});
