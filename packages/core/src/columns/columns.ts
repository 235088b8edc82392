import { type Column, sql, type SQL } from "drizzle-orm";
import { customType, timestamp } from "drizzle-orm/pg-core";

/** A `bytea` column as a Uint8Array; drivers hand out Buffers, hex text or plain arrays, and all become the same. */
export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array | string }>({
  dataType: () => "bytea",
  fromDriver: (value) => (typeof value === "string" ? fromHex(value) : new Uint8Array(value)),
});

/** A `jsonb` column. Drizzle's own parses what the driver has parsed already, and makes the number 5 of the text "5". */
export const json = customType<{ data: unknown; driverData: unknown }>({
  dataType: () => "jsonb",
  toDriver: (value) => JSON.stringify(value),
});

/** An object key: compared by its bytes, as stores order their listings, whatever the database's own collation is. */
export const objectKey = customType<{ data: string }>({ dataType: () => 'text collate "C"' });

/** An instant (`timestamptz`). */
export const instant = (name: string) => timestamp(name, { withTimezone: true });

/** A photographer's wall clock: `timestamp` without a zone, read and written as `YYYY-MM-DDTHH:mm:ss[.SSS]`, never through a Date. */
export const wallClock = customType<{ data: string; driverData: string }>({
  dataType: () => "timestamp",
  fromDriver: (value) => value.replace(" ", "T"),
});

/** Ids as one parameter, however many they are: the statement stays the same text, and drivers prepare it once. */
export function idArray(ids: readonly string[]): SQL {
  return sql`${`{${ids.join(",")}}`}::uuid[]`;
}

/** Whether a column is one of these ids. */
export function isAnyOf(column: Column, ids: readonly string[]): SQL {
  return sql`${column} = any(${idArray(ids)})`;
}

function fromHex(text: string): Uint8Array {
  const hex = text.startsWith("\\x") ? text.slice(2) : text;
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
}
