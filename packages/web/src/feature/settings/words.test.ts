import { expect, test } from "vitest";
import type { KindOfJobs } from "../../lib/api.ts";
import { deadTitle, isBusy, isFull, kindTitle, inviteText, putOffText, restText, roomText, stateText, triesText } from "./words.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const NONE: KindOfJobs = {
  kind: "ingest",
  due: 0,
  running: 0,
  later: 0,
  putOff: 0,
  dead: 0,
  dueSince: null,
  nextTryAt: null,
  reason: null,
};
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

test.each([
  [{ running: 4, due: 1204, dueSince: at(-20) }, "4 under way · 1,204 waiting"],
  [{ due: 2, dueSince: at(-300) }, "2 waiting, the oldest due 5 minutes ago"],
  [{ running: 1, putOff: 3 }, "1 under way · 3 put off"],
  [{ later: 5 }, "5 planned"],
  [{ later: 5, running: 1 }, "1 under way"],
  [{ dead: 7 }, ""],
])("%j reads as %j", (change, text) => {
  expect(stateText({ ...NONE, ...change }, NOW)).toBe(text);
});

test.each([
  [{}, ""],
  [{ putOff: 1, reason: "The store is full.", nextTryAt: at(8) }, "The store is full. Next try in 8 seconds."],
  [{ putOff: 1, reason: "The store is full.", nextTryAt: at(0.4) }, "The store is full. Trying again."],
  [{ putOff: 1 }, "Something went wrong. Trying again."],
])("of %j is said why: %j", (change, text) => {
  expect(putOffText({ ...NONE, ...change }, NOW)).toBe(text);
});

test("what is only planned or given up is no work under way", () => {
  expect([{ later: 1 }, { dead: 1 }, { due: 1 }, { running: 1 }, { putOff: 1 }].map((change) => isBusy({ ...NONE, ...change }))).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
});

test("every kind has a name, those of other versions as well", () => {
  expect([kindTitle("ingest"), kindTitle("future")]).toEqual(["Reading files", "future"]);
  expect([deadTitle("ingest"), deadTitle("future")]).toEqual(["This file was not read", "future was not done"]);
});

test("tells how often and how long ago", () => {
  expect(triesText(1, at(-90), NOW)).toBe("Tried once, given up 1 minute ago");
  expect(triesText(8, at(-7200), NOW)).toBe("Tried 8 times, given up 2 hours ago");
});

test("nothing is said to wait for nothing while the budget is spent", () => {
  expect(restText(false)).toBe("Nothing is waiting.");
  expect(restText(true)).not.toContain("waiting");
});

test("of a quota below what somebody has is said that nothing more is taken in", () => {
  const ben = { name: "Ben", bytes: 5_000_000_000 };
  expect(roomText(ben, null)).toBe("Ben may have as much as there is room for.");
  expect(roomText(ben, 6e9)).toBe("Ben may have 6 GB.");
  expect(roomText(ben, 1e9)).toBe("Ben has 5 GB already and may have 1 GB. It stays, and nothing more is taken in until there is room.");
  expect([null, 6e9, 5e9, 0].map((quotaBytes) => isFull({ ...ben, quotaBytes }))).toEqual([false, false, true, true]);
});

test.each([
  [5_000_000_000, "Up to 5 GB. The link ends in 3 days."],
  [0, "No room for uploads. The link ends in 3 days."],
  [null, "As much as there is room for. The link ends in 3 days."],
])("an invitation tells the quota that it gives: %s", (quotaBytes, text) => {
  expect(inviteText({ quotaBytes, expiresAt: "2026-12-03T00:00:00Z" }, Date.parse("2026-11-30T00:00:00Z"))).toBe(text);
});
