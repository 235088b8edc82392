import { expect, it } from "vitest";
import { amountOf, dollarsText, DOLLARS, GIGABYTES } from "./amount.ts";

it.each([
  ["", null],
  ["  ", null],
  ["0", 0],
  ["5", 5],
  ["0.5", 0.5],
  ["0,5", 0.5],
  [",50", 0.5],
  [" 12.34 ", 12.34],
  ["1000000", 1_000_000],
])("takes %j for %j dollars", (typed, value) => {
  expect(amountOf(typed, DOLLARS)).toEqual({ value });
});

it.each([
  ["five", "Must be a number of dollars, such as 12 or 0.5."],
  ["1e3", "Must be a number of dollars, such as 12 or 0.5."],
  [".", "Must be a number of dollars, such as 12 or 0.5."],
  ["5.", "Must be a number of dollars, such as 12 or 0.5."],
  ["1,000.00", "Must be a number of dollars, such as 12 or 0.5."],
  ["-1", "Must not be negative."],
  ["0.000001", "Must have at most 2 digits after the point."],
  ["1000000.01", "Must be at most 1,000,000 dollars."],
])("refuses %j dollars: %j", (typed, fault) => {
  expect(amountOf(typed, DOLLARS)).toEqual({ fault });
});

it("tells what is too many gigabytes in gigabytes, and does not guess what a comma before three digits means", () => {
  expect(amountOf("0.000000001", GIGABYTES)).toEqual({ value: 1e-9 });
  expect(amountOf("1,5", GIGABYTES)).toEqual({ value: 1.5 });
  expect(amountOf("99999999999", GIGABYTES)).toEqual({ fault: "Must be at most 9,000,000 GB." });
  expect(amountOf("1e30", GIGABYTES)).toEqual({ fault: "Must be a number of GB, such as 12 or 0.5." });
  expect(amountOf("1,000", GIGABYTES)).toMatchObject({ fault: expect.stringContaining("thousands") });
});

it("shows dollars as they are typed, with cents where there are any", () => {
  expect([null, 0, 5, 0.5, 1000].map(dollarsText)).toEqual(["", "0", "5", "0.50", "1000"]);
});
