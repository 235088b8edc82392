import { afterEach, expect, test } from "vitest";
import { noteProblem, outages, setOutage } from "./outage.ts";

afterEach(() => outages.set(new Set()));

test.each([
  ["storage_unavailable", ["storage"]],
  ["database_unavailable", ["database"]],
  ["storage_full", ["full"]],
  ["not_found", []],
  ["constructor", []],
])("the problem %s tells of %j", (code, told) => {
  noteProblem(code);
  expect([...outages.get()]).toEqual(told);
});

test("each ends by itself, and only a change is told", () => {
  let changes = 0;
  const stop = outages.subscribe(() => changes++);
  noteProblem("storage_full");
  noteProblem("storage_full");
  noteProblem("database_unavailable");
  setOutage("full", false);
  setOutage("full", false);
  stop();
  expect([[...outages.get()], changes]).toEqual([["database"], 3]);
});
