import { billOf, NOTHING, PRICES } from "@tintype/core/price";
import type { simulate } from "./run.ts";

type Outcome = Awaited<ReturnType<typeof simulate>>;

/** Bytes that a photo takes in the database; see docs/scale.md. */
const ROW_BYTES = 1500;
/** Neon's largest size that infra/database.ts lets it have: it can be no more. */
const CU = 2;

/** What Neon asks money for, at most. */
export function cuHoursOf({ neon }: Pick<Outcome, "neon">): number {
  return (neon.activeMs / 3_600_000) * CU;
}

/** What an import costs once on AWS and Neon, at list prices, in US dollars; and the database's room for its first month. */
export function costOf(outcome: Outcome): Record<string, number> {
  const { photos, ingest, work, queue, wakes, store } = outcome;
  const { requests, functions, database, total } = billOf(PRICES.aws, {
    ...NOTHING,
    writes: store.put + store.list,
    reads: store.get,
    calls: ingest.calls + work.calls,
    gigabyteSeconds: ingest.gbSeconds + work.gbSeconds,
    messages: [queue, wakes].reduce((sum, { sent, receives, removes }) => sum + sent + receives + removes, 0),
    cuHours: cuHoursOf(outcome),
    database: photos * ROW_BYTES,
  });
  return { requests, functions, database, total };
}
