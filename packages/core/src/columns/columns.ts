import { bytesToHex } from "@noble/hashes/utils.js";
import { type Column, getTableColumns, type InferSelectModel, sql, type SQL } from "drizzle-orm";
import { customType, type PgTable, timestamp } from "drizzle-orm/pg-core";

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

/** Whether a column is one of these texts: one parameter, as with ids. */
export function isAnyText(column: Column, texts: readonly string[]): SQL {
  return sql`${column} = any(${sql.param([...texts])}::text[])`;
}

/** Whether a column of bytes is one of these, in hex. */
export function isAnyBytes(column: Column, hexes: readonly string[]): SQL {
  return sql`${column} = any(${`{${hexes.map((hex) => `"\\\\x${hex}"`).join(",")}}`}::bytea[])`;
}

/**
 * Rows to insert, as one parameter: it takes a program longer to put the statement of a hundred rows together than Postgres to run it. A table's
 * own defaults are not taken: what a row does not have is null.
 */
export function rowsOf<T extends PgTable>(table: T, rows: readonly Partial<InferSelectModel<T>>[]): SQL {
  const columns = Object.entries(getTableColumns(table));
  const names = columns.map(([, { name }]) => sql.identifier(name));
  const given = rows.map((row) => {
    const values = new Map<string, unknown>(Object.entries(row));
    return Object.fromEntries(columns.map(([key, { name }]) => [name, toJson(values.get(key))]));
  });
  return sql`select ${sql.join(names, sql`, `)} from jsonb_populate_recordset(null::${table}, ${JSON.stringify(given)}::jsonb)`;
}

function toJson(value: unknown): unknown {
  return value instanceof Uint8Array ? `\\x${bytesToHex(value)}` : value;
}

function fromHex(text: string): Uint8Array {
  const hex = text.startsWith("\\x") ? text.slice(2) : text;
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
}
