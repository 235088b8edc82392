import { describe, expect, it } from "vitest";
import { fromWire, toWire } from "./db-values.ts";

describe("values on their way to and from Postgres", () => {
  it("reads arrays, quoted items and NULL", () => {
    expect(fromWire(1009, '{a,"b,\\"c\\\\",NULL,"NULL",""}')).toEqual(["a", 'b,"c\\', null, "NULL", ""]);
    expect(fromWire(1007, "{}")).toEqual([]);
    expect(fromWire(1007, "{1,-2}")).toEqual([1, -2]);
  });

  it("keeps a bigint exact", () => {
    expect(fromWire(20, "9007199254740991")).toBe(9007199254740991);
    expect(fromWire(20, "9007199254740993")).toBe(9007199254740993n);
  });

  it("reads bytes, booleans and JSON, and leaves times as text", () => {
    expect(fromWire(17, "\\x00ff")).toEqual(Uint8Array.of(0, 255));
    expect([fromWire(16, "t"), fromWire(16, "f")]).toEqual([true, false]);
    expect(fromWire(3802, '{"a":[1]}')).toEqual({ a: [1] });
    expect(fromWire(1114, "2026-11-24 01:02:03")).toBe("2026-11-24 01:02:03");
  });

  it("writes arrays that read back as they were", () => {
    const items = ["a", 'quote " and \\ and , and {}', "NULL", ""];
    expect(fromWire(1009, toWire(items)!)).toEqual(items);
    expect(toWire([1, null, [true]])).toBe('{"1",NULL,{"true"}}');
  });

  it("writes bytes as hex, dates as ISO, objects as JSON and absence as null", () => {
    expect(toWire(Uint8Array.of(1, 255))).toBe("\\x01ff");
    expect(toWire(new Date(0))).toBe("1970-01-01T00:00:00.000Z");
    expect(toWire({ a: 1 })).toBe('{"a":1}');
    expect([toWire(undefined), toWire(null), toWire(true), toWire(5n)]).toEqual([null, null, "true", "5"]);
  });
});
