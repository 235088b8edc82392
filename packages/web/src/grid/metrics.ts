import type { Metrics } from "./rows.ts";

export type Size = "s" | "m" | "l";

/** The measures of a layout and the room around it. */
export type GridMetrics = Metrics & { left: number; bottom: number };

const DESKTOP = { s: 150, m: 220, l: 320 };
const PHONE = { s: 84, m: 120, l: 190 };

const SCRUBBER = 56;

/** What is beside and above the photos. */
export type Around = { scrubber: boolean; days: boolean };

/** The measures for a scroll box of `width` pixels. On a phone the pictures go edge to edge, and the scrubber lies over them. */
export function metricsFor(
  width: number,
  size: Size,
  phone: boolean,
  { scrubber, days }: Around = { scrubber: true, days: true },
): GridMetrics {
  const heading = days ? 48 : 0;
  if (phone) {
    return { width, target: PHONE[size], gap: 2, dayGap: 10, heading, tallest: 2.4, minPart: 92, left: 0, bottom: 16 };
  }
  const left = scrubber ? 8 : 16;
  const inner = Math.max(320, width - 2 * left - (scrubber ? SCRUBBER : 0));
  return { width: inner, target: DESKTOP[size], gap: 4, dayGap: 16, heading, tallest: 1.6, minPart: 100, left, bottom: 32 };
}
