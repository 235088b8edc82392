/** Bytes of an id in a chunk. */
export const ID_BYTES = 16;

/** The month of a wall clock `YYYY-MM-…`, as year × 12 + (month − 1). */
export function monthOf(localAt: string): number {
  return Number(localAt.slice(0, 4)) * 12 + Number(localAt.slice(5, 7)) - 1;
}

/** The first wall clock of a month. */
export function monthStart(month: number): string {
  const year = String(Math.floor(month / 12)).padStart(4, "0");
  return `${year}-${String((month % 12) + 1).padStart(2, "0")}-01T00:00:00`;
}
