import { expect, test } from "vitest";
import { counted, formatBytes, formatMoney } from "./format.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_000, "1 kB"],
  [6_149_000, "6.1 MB"],
  [14_200_000, "14 MB"],
  [999_600, "1 MB"],
  [412_000_000_000, "412 GB"],
  [5_000_000_000_000, "5 TB"],
])("%d bytes read as %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("counts have separators and a plural", () => {
  expect([counted(1, "photo"), counted(0, "photo"), counted(1204, "photo")]).toEqual(["1 photo", "0 photos", "1,204 photos"]);
});

test.each([
  [0, "$0.00"],
  [0.0004, "under $0.01"],
  [0.005, "$0.01"],
  [1204.5, "$1,204.50"],
])("%d dollars read as %s", (usd, text) => {
  expect(formatMoney(usd)).toBe(text);
});
