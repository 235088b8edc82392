import { expect, it } from "vitest";
import type { Change } from "../../lib/api.ts";
import { decidedText, doneText, endText, waitsText } from "./words.ts";

it.each<[Change, number, string]>([
  [{ favourite: true }, 1, "1 item added to favourites"],
  [{ favourite: false }, 2, "2 items taken out of favourites"],
  [{ rating: 4 }, 1, "1 item rated 4 of 5"],
  [{ rating: null }, 3, "Rating of 3 items removed"],
  [{ archived: true }, 1204, "1,204 items archived"],
  [{ archived: false }, 1, "1 item taken out of the archive"],
  [{ locked: true }, 1, "1 item locked"],
  [{ locked: false }, 1, "1 item unlocked"],
  [{ trashed: true }, 300, "300 items moved to the bin"],
  [{ trashed: false }, 1, "1 item restored"],
])("of %j on %d it says %s", (change, count, text) => {
  expect(doneText(change, count)).toBe(text);
});

it.each<[number, (string | null)[], string]>([
  [2, ["Anna Meyer", "Anna Meyer"], "2 items archived; the other 2 are Anna’s"],
  [1, ["Anna"], "1 item archived; the other one is Anna’s"],
  [1, ["Anna", "Ben", "Ben"], "1 item archived; the other 3 are not yours"],
  [1, [null], "1 item archived; the other one is not yours"],
  [0, [], "Nothing to change: it was so already"],
])("of %d that were changed and those that %j added it says %s", (count, names, text) => {
  const others = names.map((addedBy) => ({ addedBy }));
  expect(doneText({ archived: true }, count, others)).toBe(text);
});

it.each([
  ["2026-11-29T12:00:00Z", "Deleted for good in 30 days"],
  ["2026-11-11T11:00:00Z", "Deleted for good in 12 days"],
  ["2026-10-31T11:00:00Z", "Deleted for good in 1 day"],
  ["2026-10-30T11:00:00Z", "Deleted for good today"],
])("what came into the bin at %s is %s", (at, text) => {
  expect(endText(at, Date.parse("2026-11-29T12:00:00Z"))).toBe(text);
});

it.each<[number, string, string, string]>([
  [0, "They do not wait any more", "They do not wait any more", "Nothing to undo"],
  [1, "1 item accepted", "1 item declined", "1 item waits again"],
  [1204, "1,204 items accepted", "1,204 items declined", "1,204 items wait again"],
])("of %d items of guests it says %s, %s, and %s", (count, accepted, declined, waits) => {
  expect([decidedText(count, true), decidedText(count, false), waitsText(count)]).toEqual([accepted, declined, waits]);
});
