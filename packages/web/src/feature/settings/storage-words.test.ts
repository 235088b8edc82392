import { CHECKS } from "@tintype/core/storage";
import { expect, test } from "vitest";
import { checkMeaning, checkTitle, costText, sweepText, uploadsText } from "./storage-words.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const sweep = { isUnderWay: false, reason: null, endedAt: null, seen: 0, requests: 12 };

test("every check has words of its own, and says what it means where it fails", () => {
  for (const [name, title] of Object.entries(CHECKS)) {
    expect([name, checkTitle({ name, title, answer: "yes", detail: "" })]).not.toEqual([name, title]);
    expect(checkMeaning({ name, title, answer: "no", detail: "" })).not.toBe("");
    expect(checkMeaning({ name, title, answer: "yes", detail: "" })).toBe("");
  }
});

test("a check of another version is told in the server's words", () => {
  const check = { name: "future", title: "Does the new thing", answer: "no" as const, detail: "It answered 501." };
  expect([checkTitle(check), checkMeaning(check)]).toEqual(["Does the new thing", "It answered 501."]);
  expect(checkMeaning({ ...check, answer: "unknown" })).toBe("This could not be found out.");
});

test.each([
  [{}, "It has not been looked through yet."],
  [{ endedAt: "2026-11-22T10:00:00Z" }, "Last looked through 2 hours ago."],
  [{ endedAt: "2026-11-22T10:00:00Z", isUnderWay: true }, "Under way."],
  [{ isUnderWay: true, seen: 4000 }, "Under way: 4,000 of 12,000 files seen."],
  [{ isUnderWay: true, reason: "The store is away." }, "Put off: The store is away."],
])("a look through the storage: %j reads as %j", (change, text) => {
  expect(sweepText({ sweep: { ...sweep, ...change }, assets: 12_000 }, NOW)).toBe(text);
});

test("its cost is told, and how uploads go", () => {
  expect([costText({ sweep }), costText({ sweep: { ...sweep, requests: 1 } })]).toEqual(["about 12 requests", "about 1 request"]);
  expect(uploadsText({ pins: true })).not.toBe(uploadsText({ pins: false }));
});
