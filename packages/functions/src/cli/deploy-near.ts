/** So many letters are a slip of the hand. */
const SLIPS = 2;

/** Which of `known` somebody had in mind who wrote `name`, if any: one that is a slip away, or a part of it. */
export function meant(name: string, known: readonly string[]): string | undefined {
  const written = name.toUpperCase();
  const [nearest] = known.map((one) => ({ one, slips: slipsBetween(written, one) })).toSorted((a, b) => a.slips - b.slips);
  if (nearest !== undefined && nearest.slips <= SLIPS) return nearest.one;
  const [prefix = "", ...words] = written.split("_");
  const part = words.join("_");
  return part.length < 4 ? undefined : known.find((one) => one.startsWith(`${prefix}_`) && isPart(one.slice(prefix.length + 1), part));
}

/** Whether the words of one are among the other's. */
function isPart(one: string, other: string): boolean {
  return `_${one}_`.includes(`_${other}_`) || `_${other}_`.includes(`_${one}_`);
}

/** How many letters have to be changed, added or taken away to make one of the other (Levenshtein). */
function slipsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, its] of [...other].entries()) {
      const [left = 0, above = 0, across = 0] = [next[j], row[j + 1], row[j]];
      next.push(Math.min(left + 1, above + 1, across + (letter === its ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
