import { pgTable } from "drizzle-orm/pg-core";
import { describe, expect, it } from "vitest";
import { bytes, json, wallClock } from "./columns.ts";

const row = pgTable("row", { hash: bytes("hash"), facts: json("facts"), localAt: wallClock("local_at") });

describe("a bytea column", () => {
  it.each([
    ["hex text", String.raw`\x00ff10`],
    ["a Buffer", Buffer.from([0, 255, 16])],
    ["a Uint8Array", Uint8Array.of(0, 255, 16)],
  ])("reads %s as a plain Uint8Array", (_, value) => {
    expect(row.hash.mapFromDriverValue(value)).toStrictEqual(Uint8Array.of(0, 255, 16));
  });

  it("reads nothing as nothing", () => {
    expect(row.hash.mapFromDriverValue(String.raw`\x`)).toStrictEqual(new Uint8Array());
  });
});

describe("a jsonb column", () => {
  it.each(["5", 5, null, { a: [1] }])("gives back %j as it was written", (value) => {
    const written: unknown = row.facts.mapToDriverValue(value);
    expect(written).toBe(JSON.stringify(value));
    expect(row.facts.mapFromDriverValue(value)).toStrictEqual(value);
  });
});

describe("a wall clock", () => {
  it.each([
    ["2026-03-09 10:11:12", "2026-03-09T10:11:12"],
    ["2026-03-09 10:11:12.345", "2026-03-09T10:11:12.345"],
    ["2026-03-29 02:30:00", "2026-03-29T02:30:00"],
  ])("is read from %s as it stands, whatever the time zone of the process", (stored, read) => {
    expect(row.localAt.mapFromDriverValue(stored)).toBe(read);
  });
});
