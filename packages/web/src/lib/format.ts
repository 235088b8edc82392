const UNITS = ["kB", "MB", "GB", "TB", "PB"];

/** Bytes for a person, in powers of 1,000 as storage is sold: `412 GB`, `6.1 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(UNITS.length, Math.floor(Math.log10(bytes) / 3 + 1e-9));
  const value = bytes / 1000 ** power;
  // 999.6 kB would be rounded to "1,000 kB".
  if (value >= 999.5 && power < UNITS.length) return `1 ${UNITS[power]}`;
  return `${value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 })} ${UNITS[power - 1]}`;
}

const MONEY = new Intl.NumberFormat("en", { style: "currency", currency: "USD" });

/** US dollars: `$1,204.50`; what is less than a cent and not nothing is told as such. */
export function formatMoney(usd: number): string {
  return usd > 0 && usd < 0.005 ? "under $0.01" : MONEY.format(usd);
}

export function formatCount(count: number): string {
  return count.toLocaleString("en");
}

/** `1 photo`, `1,204 photos`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
