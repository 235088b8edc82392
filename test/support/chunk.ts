import { packDays, ratioByte, type Chunk } from "@tintype/core/geometry";

/** A chunk for tests: days as [day of month, ratio bytes], newest first. */
export function chunkOf(month: number, days: readonly (readonly [day: number, ratios: readonly number[]])[], revision = 1): Chunk {
  const ratios = days.flatMap(([, each]) => each);
  return {
    month,
    revision,
    count: ratios.length,
    days: packDays(days.map(([day, each]) => [day, each.length])),
    ratios: Uint8Array.from(ratios),
  };
}

/** `count` landscapes of 4:3. */
export function landscapes(count: number): number[] {
  return Array.from({ length: count }, () => ratioByte(4, 3));
}
