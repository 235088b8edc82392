import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forPhotos, type Month, PER_PHOTO, shareOf, soFar, USUAL, wholeMonth } from "./expect.ts";
import { PRICES } from "./list.ts";
import { billOf, NOTHING } from "./sum.ts";

const FLOWS = { writes: 300, reads: 100, egress: 1e9, calls: 10, gigabyteSeconds: 50, messages: 30, cuHours: 4 };
const month = (share: number, arrived = 0): Month => ({
  share,
  stored: { standard: 100, cold: 40, arrived, database: 10 },
  flows: FLOWS,
});

it.each([
  ["2026-11-01T00:00:00Z", 0],
  ["2026-11-16T00:00:00Z", 0.5],
  ["2026-11-30T23:59:59.999Z", 1],
  ["2026-02-15T00:00:00Z", 0.5],
  ["2028-02-15T12:00:00Z", 0.5],
  ["2026-12-31T12:00:00Z", 30.5 / 31],
])("at %s %f of the month is over", (at, share) => {
  expect(shareOf(new Date(at))).toBeCloseTo(share, 6);
});

describe("a month under way", () => {
  it("has kept what is there for as long as it was there", () => {
    expect(soFar(month(0.5))).toEqual({ ...FLOWS, standard: 50, cold: 20, database: 5 });
    expect(soFar(month(0.5, 20)).standard).toBe(45);
    expect(soFar(month(0, 20)).standard).toBe(0);
  });

  it("is expected to go on as it began", () => {
    expect(wholeMonth(month(0.5, 20))).toEqual({
      writes: 600,
      reads: 200,
      egress: 2e9,
      calls: 20,
      gigabyteSeconds: 100,
      messages: 60,
      cuHours: 8,
      // 80 were there before, and 40 come by and by.
      standard: 100,
      cold: 40,
      database: 10,
    });
  });

  it("is not thought to be all like its first hours", () => {
    for (const share of [0, 1e-9, 0.01, 0.1]) expect(wholeMonth(month(share)).writes).toBeCloseTo(3000, 6);
  });

  it("is at its end what it was", () => {
    expect(wholeMonth(month(1, 20))).toEqual(soFar(month(1, 20)));
  });

  it("never costs less in the end than so far", () => {
    const amounts = fc.double({ min: 0, max: 1e15, noNaN: true });
    const any = fc.record({
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      standard: amounts,
      part: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(any, ({ share, standard, part }) => {
        const known = { share, stored: { standard, cold: 5e12, arrived: standard * part, database: 1e9 }, flows: FLOWS };
        const [now, all] = [soFar(known), wholeMonth(known)].map((used) => billOf(PRICES.aws, used).total);
        expect(all).toBeGreaterThanOrEqual((now ?? 0) * (1 - 1e-9));
      }),
    );
  });
});

describe("more photos", () => {
  it("take requests once and room every month", () => {
    const { once, monthly } = forPhotos(10_000, USUAL, false);
    expect(once).toEqual({ ...NOTHING, writes: 10_000 * PER_PHOTO.writes, reads: 10_000 * PER_PHOTO.reads });
    expect(monthly).toEqual({ ...NOTHING, standard: 43_700_000_000 });
  });

  it("take functions and their database besides, where those do the work", () => {
    const { once, monthly } = forPhotos(10_000, USUAL, true);
    expect(once).toMatchObject({ calls: 2400, gigabyteSeconds: 5200, messages: 15_000 });
    expect(once.cuHours).toBeCloseTo(0.14);
    expect(monthly.database).toBe(15_000_000);
  });

  it("are nothing where there are none", () => {
    expect(forPhotos(0, USUAL, true)).toEqual({ once: NOTHING, monthly: NOTHING });
  });
});
