import { describe, expect, it } from "vitest";
import { checkRead, rangeStillHolds, recheck, writeCondition } from "./condition.ts";
import type { ObjectEntry } from "./disk/entry.ts";
import { S3Error } from "./error.ts";

const entry: ObjectEntry = { size: 1, mtime: Date.parse("2024-07-14T12:00:00.500Z"), inode: 1, etag: "abc", meta: {} };
const BEFORE = "Sun, 14 Jul 2024 11:59:59 GMT";
const SAME = "Sun, 14 Jul 2024 12:00:00 GMT";

function outcome(run: () => unknown): string {
  try {
    return run() === false ? "NotModified" : "passes";
  } catch (error) {
    return error instanceof S3Error ? error.code : String(error);
  }
}

describe("the condition of a write", () => {
  it.each([
    [{}, "passes", "passes"],
    [{ "if-none-match": "*" }, "PreconditionFailed", "passes"],
    [{ "if-match": '"abc"' }, "passes", "NoSuchKey"],
    [{ "if-match": "abc" }, "passes", "NoSuchKey"],
    [{ "if-match": "*" }, "passes", "NoSuchKey"],
    [{ "if-match": '"abd"' }, "PreconditionFailed", "NoSuchKey"],
    [{ "if-match": '"x", "abc"' }, "passes", "NoSuchKey"],
  ])("%j: %s when there is an object, %s when there is none", (headers, there, absent) => {
    const check = writeCondition(new Map(Object.entries(headers)));
    expect([outcome(() => check?.(entry)), outcome(() => check?.(undefined))]).toEqual([there, absent]);
  });

  it("takes no etag for If-None-Match", () => {
    expect(outcome(() => writeCondition(new Map([["if-none-match", '"abc"']])))).toBe("NotImplemented");
  });

  it("is a conflict when the object went away while the body came in", () => {
    const check = recheck(writeCondition(new Map([["if-match", '"abc"']])));
    expect([outcome(() => check?.(entry)), outcome(() => check?.(undefined))]).toEqual(["passes", "ConditionalRequestConflict"]);
  });
});

describe("the conditions of a read", () => {
  it.each([
    [{}, "passes"],
    [{ "if-match": '"abc"' }, "passes"],
    [{ "if-match": '"abd"' }, "PreconditionFailed"],
    [{ "if-none-match": '"abc"' }, "NotModified"],
    [{ "if-none-match": 'W/"abc"' }, "NotModified"],
    [{ "if-none-match": '"abd"' }, "passes"],
    [{ "if-modified-since": SAME }, "NotModified"],
    [{ "if-modified-since": BEFORE }, "passes"],
    [{ "if-unmodified-since": SAME }, "passes"],
    [{ "if-unmodified-since": BEFORE }, "PreconditionFailed"],
    [{ "if-match": '"abc"', "if-unmodified-since": BEFORE }, "passes"],
    [{ "if-none-match": '"abd"', "if-modified-since": SAME }, "passes"],
    [{ "if-modified-since": "not a date" }, "passes"],
  ])("%j: %s", (headers, expected) => {
    expect(outcome(() => checkRead(new Map(Object.entries(headers)), entry))).toBe(expected);
  });

  it("fail a copy where they would save a read", () => {
    expect(outcome(() => checkRead(new Map([["x-amz-copy-source-if-none-match", "abc"]]), entry, "x-amz-copy-source-"))).toBe(
      "PreconditionFailed",
    );
  });

  it("allow a partial answer as long as If-Range names this version", () => {
    const holds = (value: string) => rangeStillHolds(new Map([["if-range", value]]), entry);
    expect([holds('"abc"'), holds('"abd"'), holds(SAME), holds(BEFORE)]).toEqual([true, false, true, false]);
  });
});
