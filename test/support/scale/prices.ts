import type { simulate } from "./run.ts";

/** List prices in US dollars, of AWS in us-east-1 and of Neon's Launch plan, read on 29 November 2026. */
const PRICES = {
  /** A million calls, and a GB-second on arm64. */
  lambda: { million: 0.2, gbSecond: 0.000_013_333_4 },
  sqs: { million: 0.4 },
  s3: { thousandPut: 0.005, thousandGet: 0.0004 },
  neon: { cuHour: 0.106 },
};

export type Outcome = Awaited<ReturnType<typeof simulate>>;

/** What an import costs once, by whom it is paid to. Neon at its largest size for the whole time: it can be no more. */
export function costOf({ ingest, work, queue, wakes, store, neon }: Outcome): Record<"lambda" | "sqs" | "s3" | "neon" | "all", number> {
  const { lambda: l, sqs: q, s3, neon: n } = PRICES;
  const calls = ingest.calls + work.calls;
  const lambda = (calls / 1e6) * l.million + (ingest.gbSeconds + work.gbSeconds) * l.gbSecond;
  const sqs = ([queue, wakes].reduce((sum, { sent, receives, removes }) => sum + sent + receives + removes, 0) / 1e6) * q.million;
  const requests = ((store.put + store.list) / 1000) * s3.thousandPut + (store.get / 1000) * s3.thousandGet;
  const database = (neon.activeMs / 3_600_000) * 2 * n.cuHour;
  return { lambda, sqs, s3: requests, neon: database, all: lambda + sqs + requests + database };
}
