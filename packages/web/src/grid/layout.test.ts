import { packDays, ratioByte, RATIOS, type Chunk } from "@tintype/core/geometry";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toLibrary, toMonth } from "./library.ts";
import { boxOf, layOut, layOutNow, placeRow, readRow, rowAt, rowOf, slotNear, type Layout } from "./layout.ts";
import type { Metrics } from "./rows.ts";

const desktop: Metrics = { width: 1128, target: 220, gap: 4, dayGap: 16, heading: 48, tallest: 1.6, minPart: 96 };
const phone: Metrics = { width: 390, target: 120, gap: 2, dayGap: 12, heading: 48, tallest: 2.4, minPart: 96 };

const landscape = ratioByte(4, 3);
const portrait = ratioByte(3, 4);

function chunk(month: number, days: number[][], revision = 1): Chunk {
  const pairs = days.map((ratios, i) => [28 - i, ratios.length] as const);
  return { month, revision, count: days.flat().length, days: packDays(pairs), ratios: Uint8Array.from(days.flat()) };
}

function layoutOf(days: number[][], metrics = desktop): Layout {
  return layOutNow(toLibrary([toMonth(chunk(24_000, days))]), metrics);
}

function rowsOf(layout: Layout): number[] {
  return Array.from({ length: layout.rows }, (_, row) => readRow(layout, row).end - readRow(layout, row).begin);
}

function rightEdge(layout: Layout, row: number): number {
  let edge = 0;
  placeRow(layout, row, (_slot, left, width) => (edge = left + width));
  return edge;
}

describe("rows", () => {
  it.each([
    ["four landscapes fill a row", [Array(4).fill(landscape)], [4]],
    ["five landscapes stay in one row instead of leaving an orphan", [Array(5).fill(landscape)], [5]],
    ["nine landscapes become rows of nearly equal height", [Array(9).fill(landscape)], [4, 5]],
    ["two single-photo days share a row", [[landscape], [landscape, landscape, portrait]], [4]],
    ["a full day is not joined by its neighbour", [Array(4).fill(landscape), Array(4).fill(landscape)], [4, 4]],
    ["a lone photo is shown alone", [[landscape]], [1]],
    ["an extreme panorama has a row of its own", [[255, landscape, landscape, landscape, landscape]], [1, 4]],
  ])("%s", (_name, days, expected) => {
    expect(rowsOf(layoutOf(days))).toEqual(expected);
  });

  it("puts the heading band above a day's first row only", () => {
    const layout = layoutOf([Array(9).fill(landscape)]);
    const [first, second] = [readRow(layout, 0), readRow(layout, 1)];
    expect(first.top).toBe(48);
    expect(first.headings).toEqual([0]);
    expect(second.top).toBe(first.top + first.height + 4);
    expect(second.headings).toEqual([]);
  });

  it("keeps the parts of days that share a row apart, each with its heading", () => {
    const layout = layoutOf([[landscape], [landscape, landscape, portrait]]);
    expect(readRow(layout, 0).headings).toEqual([0, 1]);
    const first = boxOf(layout, 0);
    expect(boxOf(layout, 1).left - first.left - first.width).toBe(16);
  });
});

const library = fc
  .array(fc.array(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 12 }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((months) => toLibrary(months.map((days, i) => toMonth(chunk(24_000 - i, days)))));
const metrics = fc.constantFrom(desktop, phone, { ...desktop, width: 3500, target: 150 });

describe("every layout", () => {
  it("keeps the order, overlaps nothing and stays inside the width", () => {
    fc.assert(
      fc.property(library, metrics, (lib, measures) => {
        const layout = layOutNow(lib, measures);
        let slot = 0;
        let bottom = 0;
        for (let row = 0; row < layout.rows; row++) {
          const { begin, end, top, height, headings } = readRow(layout, row);
          expect(begin).toBe(slot);
          expect(top).toBe(bottom + (headings.length > 0 ? measures.heading : 0));
          let edge = -measures.gap;
          placeRow(layout, row, (at, left, width) => {
            expect(at).toBe(slot++);
            expect(left - edge).toBeGreaterThanOrEqual(measures.gap);
            expect(width).toBeGreaterThan(0);
            edge = left + width;
          });
          expect(edge).toBeLessThanOrEqual(measures.width);
          expect(slot).toBe(end);
          bottom = top + height + measures.gap;
        }
        expect(slot).toBe(lib.count);
        expect(layout.height).toBe(bottom);
      }),
    );
  });

  it("fills the width in every row that is not the end of a day", () => {
    fc.assert(
      fc.property(library, metrics, (lib, measures) => {
        const layout = layOutNow(lib, measures);
        const dayBegins = new Set<number>([lib.count]);
        for (let row = 0; row < layout.rows; row++) for (const slot of readRow(layout, row).headings) dayBegins.add(slot);
        for (let row = 0; row < layout.rows; row++) {
          if (rightEdge(layout, row) !== measures.width) expect(dayBegins.has(readRow(layout, row).end)).toBe(true);
        }
      }),
    );
  });

  it("leaves a single photo at the end of a day only where no other breaking into full rows exists", () => {
    const day = fc.array(fc.constantFrom(landscape, portrait, ratioByte(16, 9), ratioByte(2, 3)), { minLength: 2, maxLength: 14 });
    fc.assert(
      fc.property(day, fc.constantFrom(desktop, phone), (ratios, measures) => {
        const layout = layoutOf([ratios], measures);
        const last = readRow(layout, layout.rows - 1);
        const orphan = layout.rows > 1 && last.end - last.begin === 1 && rightEdge(layout, layout.rows - 1) < measures.width;
        if (orphan) expect(canFill(ratios, measures)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it("finds the row and the slot that a place belongs to", () => {
    fc.assert(
      fc.property(library, metrics, fc.nat(), (lib, measures, pick) => {
        const layout = layOutNow(lib, measures);
        const slot = pick % lib.count;
        const box = boxOf(layout, slot);
        expect(rowAt(layout, box.top)).toBe(rowOf(layout, slot));
        expect(rowAt(layout, box.top + box.height - 1)).toBe(rowOf(layout, slot));
        expect(slotNear(layout, rowOf(layout, slot), box.left + box.width / 2)).toBe(slot);
      }),
    );
  });
});

/** Whether the ratios can be broken into rows that all fill the width within the allowed heights. */
function canFill(ratios: number[], { width, gap, target, tallest }: Metrics): boolean {
  const reachable = [true, ...Array<boolean>(ratios.length).fill(false)];
  for (let i = 0; i < ratios.length; i++) {
    if (!reachable[i]) continue;
    let sum = 0;
    for (let j = i + 1; j <= ratios.length; j++) {
      sum += RATIOS[ratios[j - 1]!]!;
      const height = (width - (j - i - 1) * gap) / sum;
      if (height <= target * tallest && height >= target * 0.5) reachable[j] = true;
    }
  }
  return reachable[ratios.length]!;
}

/** Days of exponentially distributed sizes with the ratios of a camera roll; the same for the same seed. */
function camera(photos: number, perDay: number): ReturnType<typeof toLibrary> {
  let seed = 7;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const months = [];
  for (let left = photos, month = 30_000; left > 0; month--) {
    const days: number[][] = [];
    for (let day = 0; day < 28 && left > 0; day++) {
      const size = Math.min(left, 1 + Math.floor(-Math.log(1 - random()) * perDay));
      left -= size;
      days.push(Array.from({ length: size }, () => (random() < 0.7 ? landscape : portrait)));
    }
    months.push(toMonth(chunk(month, days)));
  }
  return toLibrary(months);
}

describe("a large library", () => {
  it.each([
    ["desktop", desktop],
    ["phone", phone],
  ])("has a mean row height within 6 %% of the target (%s)", (_name, measures) => {
    const layout = layOutNow(camera(20_000, 20), measures);
    const heights = Array.from({ length: layout.rows }, (_, row) => readRow(layout, row).height);
    const mean = heights.reduce((sum, height) => sum + height, 0) / heights.length;
    expect(Math.abs(mean / measures.target - 1)).toBeLessThan(0.06);
  });

  it("is laid out in slices, and a changed month alone is laid out again", () => {
    const before = camera(20_000, 20);
    const layout = layOutNow(before, desktop);
    const changed = before.months.map((month, i) => (i === 3 ? toMonth(chunk(month.month, [[landscape]], 2)) : month));
    const after = toLibrary(changed);
    let slices = 0;
    for (const steps = layOut(after, desktop, layout); !steps.next().done;) slices++;
    expect(slices).toBeLessThanOrEqual(3);
    expect(layOutNow(after, desktop, layout).height).toBe(layOutNow(after, desktop).height);
  });
});
