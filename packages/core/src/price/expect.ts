import { NOTHING, type Usage } from "./sum.ts";

/** What happens by and by in a month. */
export type Flows = Pick<Usage, "writes" | "reads" | "egress" | "calls" | "gigabyteSeconds" | "messages" | "cuHours">;

/** What is known of a month that is under way. */
export type Month = {
  /** How much of it is over, 0 to 1. */
  share: number;
  /** Bytes that are kept now, by class; `arrived` of the usual one came this month. */
  stored: { standard: number; cold: number; arrived: number; database: number };
  /** Until now. */
  flows: Flows;
};

/** What the first hours of a month saw is not taken for every hour of it: its pace is that over three days at least. */
const LEAST_SHARE = 0.1;

/** What has been used of the month until now. What came within it was there for half of it, on average. */
export function soFar({ share, stored, flows }: Month): Usage {
  return {
    ...flows,
    standard: (stored.standard - stored.arrived / 2) * share,
    cold: stored.cold * share,
    database: stored.database * share,
  };
}

/** What the whole month will have used when it goes on as it began. */
export function wholeMonth({ share, stored, flows }: Month): Usage {
  const pace = 1 / Math.min(1, Math.max(share, LEAST_SHARE));
  return {
    writes: flows.writes * pace,
    reads: flows.reads * pace,
    egress: flows.egress * pace,
    calls: flows.calls * pace,
    gigabyteSeconds: flows.gigabyteSeconds * pace,
    messages: flows.messages * pace,
    cuHours: flows.cuHours * pace,
    standard: stored.standard - stored.arrived + (stored.arrived * pace) / 2,
    cold: stored.cold,
    database: stored.database,
  };
}

/** The share of its calendar month (UTC) that is over at this moment. */
export function shareOf(now: Date): number {
  const [begin, end] = [0, 1].map((more) => Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + more));
  return begin === undefined || end === undefined ? 0 : (now.getTime() - begin) / (end - begin);
}

/** Bytes of one photo: its original, thumbnail and preview together, and its rows in the database. */
export type Means = { original: number; derived: number; database: number };

/** What is taken for a library of which too little is known. */
export const USUAL: Means = { original: 4_000_000, derived: 370_000, database: 1_500 };

/**
 * What one photo takes until it is shown, where functions do it. Requests: the client's own and the functions', at most, as
 * test/cloud/requests.test.ts measures them; one that another tool drops into the inbox takes a write more, its copy. All else: of a million in the
 * simulation (docs/scale.md), functions with 3,008 MB; test/cloud/scale.test.ts holds it against that.
 */
export const PER_PHOTO = { writes: 4, reads: 4, calls: 0.24, gigabyteSeconds: 0.52, messages: 1.5, cuHours: 1.4e-5 };

/** What so many more photos use once, and in each month from then on. `onFunctions`: they are not read by a machine that is there anyway. */
export function forPhotos(count: number, means: Means, onFunctions: boolean): { once: Usage; monthly: Usage } {
  const { writes, reads, ...work } = PER_PHOTO;
  const requests = { ...NOTHING, writes: count * writes, reads: count * reads };
  const { calls, gigabyteSeconds, messages, cuHours } = work;
  const done = { calls: count * calls, gigabyteSeconds: count * gigabyteSeconds, messages: count * messages, cuHours: count * cuHours };
  return {
    once: onFunctions ? { ...requests, ...done } : requests,
    monthly: { ...NOTHING, standard: count * (means.original + means.derived), database: onFunctions ? count * means.database : 0 },
  };
}
