import { boxOf, readRow, type Layout } from "./layout.ts";

/** From the right edge of the photos to the left one of the controls at the top, as grid.css has them. */
const CONTROLS = 124;

/** A day is told in less room than this only by half. */
const NAME = 72;

/** How wide a heading of the first row may be that begins at `left`: it ends before the controls. */
export function roomBefore({ metrics }: Layout, left: number): number {
  return metrics.width - CONTROLS - left;
}

/** Whether a day of the first row begins below the controls, or so near to them that it cannot be told beside them. */
export function isCrowded(layout: Layout): boolean {
  if (layout.rows === 0 || layout.metrics.heading === 0) return false;
  const last = readRow(layout, 0).headings.at(-1);
  return last !== undefined && roomBefore(layout, boxOf(layout, last).left) < NAME;
}
