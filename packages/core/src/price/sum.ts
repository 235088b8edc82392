import type { Prices, Rate } from "./list.ts";

/** What a month uses. Bytes that are kept are counted in byte-months: a byte that is there for half of it is half a one. */
export type Usage = {
  standard: number;
  cold: number;
  writes: number;
  reads: number;
  /** Bytes. */
  egress: number;
  calls: number;
  gigabyteSeconds: number;
  messages: number;
  /** Hours of one of the database's compute units. */
  cuHours: number;
  /** Byte-months. */
  database: number;
};

/** US dollars, line by line; those of the queue stand with the functions. */
export type Bill = { storage: number; requests: number; egress: number; functions: number; database: number; total: number };

export const NOTHING: Usage = {
  standard: 0,
  cold: 0,
  writes: 0,
  reads: 0,
  egress: 0,
  calls: 0,
  gigabyteSeconds: 0,
  messages: 0,
  cuHours: 0,
  database: 0,
};

/** What so many cost, each at the price of its step. */
export function priceOf(rate: Rate, amount: number): number {
  return rate.reduce((sum, { from, usd }, i) => {
    const to = rate[i + 1]?.from ?? Infinity;
    return sum + Math.max(0, Math.min(amount, to) - from) * usd;
  }, 0);
}

/** What a month costs. */
export function billOf(prices: Prices, usage: Usage): Bill {
  const gigabytes = (bytes: number): number => bytes / prices.gigabyte;
  const lines = {
    storage: priceOf(prices.storage.standard, gigabytes(usage.standard)) + priceOf(prices.storage.cold, gigabytes(usage.cold)),
    requests: priceOf(prices.writes, usage.writes) + priceOf(prices.reads, usage.reads),
    egress: priceOf(prices.egress, gigabytes(usage.egress)),
    functions:
      priceOf(prices.calls, usage.calls) +
      priceOf(prices.gigabyteSeconds, usage.gigabyteSeconds) +
      priceOf(prices.messages, usage.messages),
    database: databaseOf(prices, usage),
  };
  return { ...lines, total: Object.values(lines).reduce((sum, line) => sum + line, 0) };
}

const DATABASE_GB = 1e9;

function databaseOf({ database }: Prices, { cuHours, database: byteMonths }: Usage): number {
  const gigabytes = byteMonths / DATABASE_GB;
  if (!database || (cuHours <= database.free.cuHours && gigabytes <= database.free.gigabytes)) return 0;
  return cuHours * database.cuHour + gigabytes * database.gigabyteMonth;
}

/** Both together. */
export function plus(a: Usage, b: Usage): Usage {
  return {
    standard: a.standard + b.standard,
    cold: a.cold + b.cold,
    writes: a.writes + b.writes,
    reads: a.reads + b.reads,
    egress: a.egress + b.egress,
    calls: a.calls + b.calls,
    gigabyteSeconds: a.gigabyteSeconds + b.gigabyteSeconds,
    messages: a.messages + b.messages,
    cuHours: a.cuHours + b.cuHours,
    database: a.database + b.database,
  };
}

/** What `added` costs on top of what is used anyway: what is free is used up by that first. */
export function costOnTop(prices: Prices, usage: Usage, added: Usage): Bill {
  const before = billOf(prices, usage);
  const together = billOf(prices, plus(usage, added));
  return {
    storage: together.storage - before.storage,
    requests: together.requests - before.requests,
    egress: together.egress - before.egress,
    functions: together.functions - before.functions,
    database: together.database - before.database,
    total: together.total - before.total,
  };
}
