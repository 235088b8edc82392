import { expect, it } from "vitest";
import type { Item } from "./items.ts";
import { dateName } from "../lib/dates.ts";
import type { Day } from "./library.ts";
import { nameOf } from "./tile.ts";

const DAY: Day = { year: 2026, month: 11, day: 21, begin: 0, end: 5 };
const WHEN = dateName(DAY);
const ITEM = { id: "a", kind: "photo", state: "ready", durationMs: null, favourite: false, missing: false, name: "a.jpg" } as Item;

it.each([
  [{}, "Photo"],
  [{ state: "unprocessable" }, "Photo, a.jpg"],
  [{ kind: "other", name: "plan.pdf", state: "unprocessable" }, "File, plan.pdf"],
  [{ kind: "other", name: "file", state: "unprocessable" }, "File"],
  [{ name: "photo", state: "unprocessable" }, "Photo"],
] as const)("names an asset once, by its kind and by a name of its own where that is told: %o", (item, name) => {
  expect(nameOf({ ...ITEM, ...item }, DAY)).toBe(`${name}, ${WHEN}`);
});
