import { expect, it } from "vitest";
import { actionOf, isPlace, valueOf, type Change, type Field } from "./change.ts";

const NOW = new Date("2026-11-29T12:00:00Z");

it.each<[Change, string, string | null]>([
  [{ favourite: true }, "favourite", "true"],
  [{ favourite: false }, "favourite", "false"],
  [{ rating: 4 }, "rating", "4"],
  [{ rating: null }, "rating", null],
  [{ archived: true }, "archived", NOW.toISOString()],
  [{ locked: true }, "locked", NOW.toISOString()],
  [{ trashed: true }, "trashed", NOW.toISOString()],
  [{ trashed: false }, "trashed", null],
])("%j sets %s to %s", (change, field, value) => {
  expect(valueOf(change, NOW)).toEqual({ field, value });
});

it.each<[Field, boolean, string | undefined]>([
  ["favourite", true, undefined],
  ["rating", false, undefined],
  ["archived", true, "asset.archive"],
  ["archived", false, undefined],
  ["locked", true, "asset.lock"],
  ["locked", false, "asset.unlock"],
  ["trashed", true, "asset.trash"],
  ["trashed", false, "asset.restore"],
])("of %s set to %s is noted %s", (field, isSet, action) => {
  expect(actionOf(field, isSet)).toBe(action);
});

it.each<[Field, boolean]>([
  ["favourite", false],
  ["rating", false],
  ["archived", true],
  ["locked", true],
  ["trashed", true],
])("%s is a place, where a photo is since a time: %s", (field, is) => {
  expect(isPlace(field)).toBe(is);
});
