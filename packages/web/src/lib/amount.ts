import { formatCount } from "./format.ts";

/** What may be typed into a field; `unit` is told with the most. */
type Rule = { most: number; decimals: number; unit: string };

const GB = 1e9;

export const DOLLARS: Rule = { most: 1_000_000, decimals: 2, unit: "dollars" };
/** Of files that guests may send through a link. */
export const COUNT: Rule = { most: 100_000, decimals: 0, unit: "photos and videos" };
/** Down to a single byte. */
const GIGABYTES: Rule = { most: 9_000_000, decimals: 9, unit: "GB" };

/**
 * An amount as people type it, with a point or a comma before its decimals; null where nothing is typed. Either mark before three digits may as well
 * be meant for thousands, which is asked and not guessed.
 */
export function amountOf(typed: string, { most, decimals, unit }: Rule): { value: number | null } | { fault: string } {
  const text = typed.trim();
  if (text === "") return { value: null };
  if (/^[-−]/u.test(text)) return { fault: "Must not be negative." };
  const [, whole, digits = ""] = /^(\d*)(?:[.,](\d+))?$/u.exec(text) ?? [];
  if (whole === undefined || (whole === "" && digits === "")) return { fault: `Must be a number of ${unit}, such as 12 or 0.5.` };
  const value = Number(`${whole}.${digits}`);
  if (isAmbiguous(text)) {
    const small = unambiguous(String(value));
    const isFit = (small.split(".")[1] ?? "").length <= decimals;
    return { fault: `Can be read in two ways: write ${whole}${digits}${isFit ? ` or ${small}` : ""}.` };
  }
  if (digits !== "" && decimals === 0) return { fault: "Must be a whole number." };
  if (digits.length > decimals) return { fault: `Must have at most ${formatCount(decimals)} digits after the point.` };
  return value > most ? { fault: `Must be at most ${formatCount(most)} ${unit}.` } : { value };
}

/** Bytes that are typed in GB. */
export function bytesOf(typed: string): ReturnType<typeof amountOf> {
  const found = amountOf(typed, GIGABYTES);
  return "fault" in found || found.value === null ? found : { value: Math.round(found.value * GB) };
}

/** Whether the mark may stand before decimals as well as between thousands. */
function isAmbiguous(text: string): boolean {
  return /^[1-9]\d{0,2}[.,]\d{3}$/u.test(text);
}

function unambiguous(text: string): string {
  return isAmbiguous(text) ? `${text}0` : text;
}

/** Bytes in GB as they stand in a field: as `bytesOf` reads them. */
export function gigabytesText(bytes: number | null): string {
  if (bytes === null) return "";
  return unambiguous((bytes / GB).toFixed(9).replace(/\.?0+$/u, ""));
}

/** Dollars as they stand in a field. */
export function dollarsText(usd: number | null): string {
  if (usd === null) return "";
  return Number.isInteger(usd) ? String(usd) : usd.toFixed(2);
}
