import { expect, test } from "vitest";
import type { Cost } from "../../lib/api.ts";
import { dateName } from "../../lib/dates.ts";
import { BUDGET_HINT, countedRows, keptRows, moreText, pauseText, sizeText, totalText } from "./cost-words.ts";

const NONE = { storage: 0, requests: 0, egress: 0, functions: 0, database: 0, total: 0 };
const next = { photos: 10_000, bytes: 43_700_000_000, isUsual: true, once: NONE, monthly: NONE };
const kept: Cost["kept"] = {
  originals: { files: 12_040, bytes: 41_000_000_000 },
  previews: { bytes: 4_000_000_000, isEstimate: false },
  copies: 0,
  cold: 0,
  database: 18_000_000,
};
const flows = { writes: 1204.4, reads: 2000, egress: 1e9, calls: 1, gigabyteSeconds: 90.4, messages: 1300, cuHours: 0.5 };

test("more photos cost something every month, once, or nothing", () => {
  const costs = { ...next, once: { ...NONE, requests: 0.22 }, monthly: { ...NONE, storage: 0.94 } };
  expect(moreText(costs, "storage")).toBe("$0.94 a month");
  expect(moreText(costs, "requests")).toBe("$0.22 once");
  expect(moreText(costs, "egress")).toBe("$0.00");
});

test("more photos cost in all what they cost once and every month", () => {
  expect(totalText(next)).toBe("$0.00");
  expect(totalText({ ...next, once: { ...NONE, total: 0.216 } })).toBe("$0.22 once");
  expect(totalText({ ...next, once: { ...NONE, total: 0.216 }, monthly: { ...NONE, total: 0.001 } })).toBe(
    "$0.22 once, under $0.01 a month",
  );
});

test("more photos are told with the size that they are taken to have", () => {
  expect(sizeText(next)).toBe(
    "More photos are taken to have 4.4 MB each with their previews, as is usual, since there are few here yet: 44 GB in all.",
  );
  expect(sizeText({ ...next, isUsual: false })).toContain("previews, as yours are: 44 GB in all.");
});

test("what is kept is told by what it is, and what is estimated as such", () => {
  expect(keptRows({ kept })).toEqual([
    ["Originals", "41 GB in 12,040 files"],
    ["Previews", "4 GB"],
    ["Database", "18 MB"],
  ]);
  const more = { ...kept, previews: { bytes: 4e9, isEstimate: true }, copies: 1e6, cold: 30e9 };
  expect(keptRows({ kept: more }).slice(1, 4)).toEqual([
    ["Previews", "about 4 GB"],
    ["Copies for links", "1 MB"],
    ["In the cheaper class", "30 GB"],
  ]);
});

test("what was counted is told with the functions where there are any", () => {
  const counted = { flows, sentOut: 1e9, throughLinks: 0, onFunctions: false };
  expect(countedRows(counted).map(([name]) => name)).toEqual(["Requests", "Sent out"]);
  expect(countedRows({ ...counted, throughLinks: 2e8, onFunctions: true })).toEqual([
    ["Requests", "1,204 that write or list, at most 2,000 that read"],
    ["Sent out", "about 1 GB, 200 MB of it through links"],
    ["Functions", "1 call, 90 GB-seconds"],
    ["Queue", "about 1,300 requests"],
    ["Database awake", "about 2 hours, reckoned at its smallest size: busy, it may be eight times that"],
  ]);
});

test("of a budget that is spent is told what waits, until when, and where it can be raised", () => {
  const budget = { usd: 1203.5, provider: null };
  const first = dateName({ year: 2026, month: 12, day: 1 });
  const pause = { reason: "", until: "2026-12-01T00:00:00.000Z" };
  expect(pauseText({ budget, pause }, "below")).toBe(
    `This month’s budget of $1,203.50 is spent. Copies without metadata for links wait until ${first}, or until the budget is raised below. ` +
      "A copy that somebody asks for is made all the same, and new photos are taken in as ever.",
  );
  expect(pauseText({ budget, pause: null }, "below")).toBeUndefined();
});

test("of a budget of 0 it is not told that it is spent, or that a month ends what waits; its field says so before", () => {
  const pause = { until: "2027-01-01T00:00:00Z", reason: "" };
  expect(pauseText({ budget: { usd: 0, provider: null }, pause }, "below")).toBe(
    "The budget is 0. Copies without metadata for links wait until the budget is raised below. " +
      "A copy that somebody asks for is made all the same, and new photos are taken in as ever.",
  );
  expect(BUDGET_HINT).toMatch(/^Empty: no budget\..* with 0 always: copies without metadata/u);
});
