import { expect, it } from "vitest";
import { amountOf, bytesOf, COUNT, dollarsText, DOLLARS, gigabytesText } from "./amount.ts";

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

it.each([
  ["1,5", 1_500_000_000],
  ["1.5", 1_500_000_000],
  ["0.125", 125_000_000],
  ["1.2340", 1_234_000_000],
  ["1000", 1e12],
  ["0.000000001", 1],
  ["", null],
])("takes %j GB for %j bytes", (typed, value) => {
  expect(bytesOf(typed)).toEqual({ value });
});

it("tells what is too many gigabytes in gigabytes", () => {
  expect(bytesOf("99999999999")).toEqual({ fault: "Must be at most 9,000,000 GB." });
  expect(bytesOf("1e30")).toEqual({ fault: "Must be a number of GB, such as 12 or 0.5." });
});

it.each([
  ["1.000", "write 1000 or 1."],
  ["1,000", "write 1000 or 1."],
  ["1.500", "write 1500 or 1.5."],
  ["12,345", "write 12345 or 12.3450."],
])("does not guess whether %j GB are thousands, and says how each is written", (typed, how) => {
  expect(bytesOf(typed)).toEqual({ fault: `Can be read in two ways: ${how}` });
});

it("proposes nothing that the field would refuse", () => {
  expect(amountOf("1.234", DOLLARS)).toEqual({ fault: "Can be read in two ways: write 1234." });
  expect(amountOf("1.000", DOLLARS)).toEqual({ fault: "Can be read in two ways: write 1000 or 1." });
  expect(amountOf("1.000", COUNT)).toEqual({ fault: "Can be read in two ways: write 1000 or 1." });
  expect(amountOf("1.5", COUNT)).toEqual({ fault: "Must be a whole number." });
});

it.each([null, 0, 1, 5e8, 1_234_000_000, 12_345_000_000, 1e12, 9e15])("shows %j bytes as they are read again", (bytes) => {
  expect(bytesOf(gigabytesText(bytes))).toEqual({ value: bytes });
});

it("shows dollars as they are typed, with cents where there are any", () => {
  expect([null, 0, 5, 0.5, 1000].map(dollarsText)).toEqual(["", "0", "5", "0.50", "1000"]);
});
