/** The half-open byte range of a part; parts count from 1. */
export function partRange(number: number, partSize: number, size: number): { from: number; to: number } {
  const from = (number - 1) * partSize;
  return { from, to: Math.min(size, from + partSize) };
}

/** The parts that are still missing, in order. */
export function missingParts(count: number, have: ReadonlyMap<number, string>): number[] {
  return Array.from({ length: count }, (_, i) => i + 1).filter((number) => !have.has(number));
}

/** The next contiguous run of missing parts to have signed, at most `limit` of them. */
export function nextRun(missing: readonly number[], limit: number): { from: number; to: number } | undefined {
  const from = missing[0];
  if (from === undefined) return undefined;
  let length = 1;
  while (length < limit && missing[length] === from + length) length++;
  return { from, to: from + length - 1 };
}
