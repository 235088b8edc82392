import { formatCount } from "../../lib/format.ts";

/** What may be typed into a field; `unit` is told with the most. */
type Rule = { most: number; decimals: number; unit: string };

export const DOLLARS: Rule = { most: 1_000_000, decimals: 2, unit: "dollars" };
/** Down to a single byte. */
export const GIGABYTES: Rule = { most: 9_000_000, decimals: 9, unit: "GB" };

/**
 * An amount as people type it, with a point or a comma before its decimals; null where nothing is typed. A comma with three digits after it may as
 * well
 * be meant for thousands, which is asked and not guessed.
 */
export function amountOf(typed: string, { most, decimals, unit }: Rule): { value: number | null } | { fault: string } {
  const text = typed.trim();
  if (text === "") return { value: null };
  if (/^[-−]/u.test(text)) return { fault: "Must not be negative." };
  const [, whole, mark, digits = ""] = /^(\d*)(?:([.,])(\d+))?$/u.exec(text) ?? [];
  if (whole === undefined || (whole === "" && digits === "")) return { fault: `Must be a number of ${unit}, such as 12 or 0.5.` };
  if (digits.length > decimals) return { fault: `Must have at most ${formatCount(decimals)} digits after the point.` };
  if (mark === "," && digits.length === 3) return { fault: "Leave out the mark for thousands, or use a point for decimals." };
  const value = Number(`${whole}.${digits}`);
  return value > most ? { fault: `Must be at most ${formatCount(most)} ${unit}.` } : { value };
}

/** Dollars as they stand in a field. */
export function dollarsText(usd: number | null): string {
  if (usd === null) return "";
  return Number.isInteger(usd) ? String(usd) : usd.toFixed(2);
}
