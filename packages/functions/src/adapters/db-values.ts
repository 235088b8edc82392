import { bytesToHex, hexToBytes } from "@tintype/core/kernel";

type Parse = (text: string) => unknown;

const asIs: Parse = (text) => text;
const bool: Parse = (text) => text === "t";

/** JavaScript numbers as long as they are exact, as all our counts and sizes are. */
function int8(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

/** The items of a one-dimensional array literal; only an unquoted NULL is null. */
function list(element: Parse): Parse {
  return (text) =>
    Array.from(text.matchAll(/"((?:[^"\\]|\\.)*)"|([^,{}]+)/gu), ([, quoted, bare]) => {
      if (quoted !== undefined) return element(quoted.replaceAll(/\\(.)/gu, "$1"));
      return bare === "NULL" ? null : element(bare ?? "");
    });
}

/**
 * Type OID → how the text that Postgres sends becomes a value; any other type stays text.
 * One table for all drivers, whose own differ: times stay text, because a Date would drag in the process's zone.
 */
const PARSERS: Readonly<Record<number, Parse>> = {
  16: bool,
  17: (text) => hexToBytes(text.slice(2)),
  20: int8,
  21: Number,
  23: Number,
  26: Number,
  114: JSON.parse,
  700: Number,
  701: Number,
  1000: list(bool),
  1005: list(Number),
  1007: list(Number),
  1009: list(asIs),
  1015: list(asIs),
  1016: list(int8),
  1021: list(Number),
  1022: list(Number),
  2951: list(asIs),
  3802: JSON.parse,
};

/** The value of a column of type `oid` from the text that Postgres sent. */
export function fromWire(oid: number, text: string): unknown {
  return (PARSERS[oid] ?? asIs)(text);
}

/** A parameter in Postgres's text format, which all drivers send alike. */
export function toWire(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return `\\x${bytesToHex(value)}`;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `{${value.map(arrayItem).join(",")}}`;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint") return value.toString();
  return JSON.stringify(value);
}

function arrayItem(value: unknown): string {
  const text = toWire(value);
  if (text === null) return "NULL";
  return Array.isArray(value) ? text : `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
