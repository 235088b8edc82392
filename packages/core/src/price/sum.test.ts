import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PRICES, PROVIDERS } from "./list.ts";
import { billOf, costOnTop, NOTHING, plus, priceOf, type Usage } from "./sum.ts";

const GIB = 2 ** 30;
const { aws, cloudflare, own } = PRICES;

describe("a price", () => {
  it.each([
    ["nothing of anything", aws.egress, 0, 0],
    ["what is free to its end", aws.egress, 100, 0],
    ["the first beyond that", aws.egress, 101, 0.09],
    ["up to the next step", aws.egress, 10 * 1024, (10 * 1024 - 100) * 0.09],
    ["over two steps", aws.egress, 10 * 1024 + 10, (10 * 1024 - 100) * 0.09 + 10 * 0.085],
    ["over all steps", aws.storage.standard, 600 * 1024, 50 * 1024 * 0.023 + 450 * 1024 * 0.022 + 100 * 1024 * 0.021],
    ["a thousand writes", aws.writes, 1000, 0.005],
    ["a thousand reads", aws.reads, 1000, 0.0004],
    ["a million free writes at R2", cloudflare.writes, 1_000_000, 0],
    ["the second million of them", cloudflare.writes, 2_000_000, 4.5],
    ["the eleventh million of reads there", cloudflare.reads, 11_000_000, 0.36],
    ["ten gigabytes there", cloudflare.storage.standard, 10, 0],
    ["a terabyte more", cloudflare.storage.standard, 1010, 15],
    ["any amount that leaves R2", cloudflare.egress, 1_000_000, 0],
    ["where nobody is paid", own.storage.standard, 1_000_000, 0],
  ])("is told of %s", (_, rate, amount, usd) => {
    expect(priceOf(rate, amount)).toBeCloseTo(usd, 9);
  });

  it("has its steps in order, from the first one on", () => {
    for (const provider of PROVIDERS) {
      const { storage, database: _, ...prices } = PRICES[provider];
      const rates = [storage.standard, storage.cold, prices.writes, prices.reads, prices.egress, prices.calls, prices.messages];
      for (const rate of rates) {
        expect(rate[0]?.from ?? 0).toBe(0);
        expect(rate.map(({ from }) => from)).toEqual(rate.map(({ from }) => from).toSorted((a, b) => a - b));
      }
    }
  });

  it("has its pages and the day on which they were looked at", () => {
    for (const provider of PROVIDERS) {
      const { checkedOn, sources } = PRICES[provider];
      expect(new Date(checkedOn).toISOString().slice(0, 10)).toBe(checkedOn);
      expect(sources.every(({ url }) => url.startsWith("https://"))).toBe(true);
      expect(sources.length > 0).toBe(provider !== "own");
    }
  });
});

describe("a month's bill", () => {
  it("is that of 100 GiB at AWS with a few thousand photos", () => {
    const bill = billOf(aws, { ...NOTHING, standard: 100 * GIB, writes: 9_000, reads: 50_000, egress: 120 * GIB });
    expect(bill.storage).toBeCloseTo(2.3);
    expect(bill.requests).toBeCloseTo(0.045 + 0.02);
    expect(bill.egress).toBeCloseTo(1.8);
    expect(bill.total).toBeCloseTo(2.3 + 0.065 + 1.8);
  });

  it("takes old originals in another class at its price", () => {
    expect(billOf(aws, { ...NOTHING, cold: 100 * GIB }).storage).toBeCloseTo(0.4);
  });

  it("counts the queue among the functions, each beyond what is free", () => {
    const free = { ...NOTHING, calls: 1_000_000, gigabyteSeconds: 400_000, messages: 1_000_000 };
    expect(billOf(aws, free).functions).toBe(0);
    expect(billOf(aws, { ...free, calls: 2_000_000 }).functions).toBeCloseTo(0.2);
    expect(billOf(aws, { ...free, gigabyteSeconds: 500_000 }).functions).toBeCloseTo(1.33334);
    expect(billOf(cloudflare, { ...free, messages: 3_000_000 }).functions).toBeCloseTo(0.8);
  });

  it("has a database that is free until either allowance is over, and then wholly paid for", () => {
    const within = { ...NOTHING, cuHours: 100, database: 0.5e9 };
    expect(billOf(aws, within).database).toBe(0);
    expect(billOf(aws, { ...within, cuHours: 101 }).database).toBeCloseTo(101 * 0.106 + 0.175);
    expect(billOf(cloudflare, { ...within, database: 1e9 }).database).toBeCloseTo(10.6 + 0.35);
  });

  it("is nothing on hardware of one's own, whatever was used", () => {
    fc.assert(fc.property(usage, (used) => billOf(own, used).total === 0));
  });

  it("never falls when more is used, and its total is its lines", () => {
    fc.assert(
      fc.property(fc.constantFrom(aws, cloudflare), usage, usage, (prices, used, more) => {
        const [a, b] = [billOf(prices, used), billOf(prices, plus(used, more))];
        for (const line of ["storage", "requests", "egress", "functions", "database", "total"] as const) {
          expect(b[line]).toBeGreaterThanOrEqual(a[line] - 1e-9);
        }
        expect(a.storage + a.requests + a.egress + a.functions + a.database).toBeCloseTo(a.total, 6);
      }),
    );
  });

  it("grows by what is told to come on top", () => {
    fc.assert(
      fc.property(usage, usage, (used, more) => {
        expect(billOf(aws, used).total + costOnTop(aws, used, more).total).toBeCloseTo(billOf(aws, plus(used, more)).total, 6);
      }),
    );
  });
});

const some = (max: number) => fc.double({ min: 0, max, noNaN: true });
const usage: fc.Arbitrary<Usage> = fc.record({
  standard: some(1e15),
  cold: some(1e15),
  writes: some(1e8),
  reads: some(1e8),
  egress: some(1e14),
  calls: some(1e7),
  gigabyteSeconds: some(1e7),
  messages: some(1e7),
  cuHours: some(744),
  database: some(1e11),
});
