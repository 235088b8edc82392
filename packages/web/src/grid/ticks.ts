/** A month of the scrubber: its number (year × 12 + month − 1) and where it lies on the track, in pixels from the top. */
export type Mark = { month: number; y: number };

export type Ticks = { years: { year: number; y: number }[]; dots: number[] };

const YEAR_APART = 22;
const DOT_APART = 9;
const DOT_FROM_YEAR = 14;

/**
 * Which years are written and where dots stand for months: labels never touch, and no dot is under a label; the oldest year is always written.
 * `marks` go down the track.
 */
export function placeTicks(marks: readonly Mark[], height: number): Ticks {
  const years: Ticks["years"] = [];
  const oldest = Math.floor((marks.at(-1)?.month ?? 0) / 12);
  let seen: number | undefined;
  for (const { month, y } of marks) {
    const year = Math.floor(month / 12);
    if (year === seen) continue;
    seen = year;
    const at = Math.min(Math.max(y, YEAR_APART / 2), height - YEAR_APART / 2);
    const touched = years.findIndex((label) => at - label.y < YEAR_APART);
    if (touched >= 0 && year !== oldest) continue;
    // The oldest tells how far back the photos go: its neighbours give way.
    if (touched >= 0) years.length = touched;
    years.push({ year, y: at });
  }
  const dots: number[] = [];
  for (const { y } of marks) {
    if (y > height - 4 || y - (dots.at(-1) ?? -Infinity) < DOT_APART) continue;
    if (years.every((label) => Math.abs(label.y - y) >= DOT_FROM_YEAR)) dots.push(y);
  }
  return { years, dots };
}
