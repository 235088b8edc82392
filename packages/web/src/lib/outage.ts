import { createStore } from "./store.ts";

/** What is away, or takes nothing more. */
export type Outage = "storage" | "database" | "full";

const CODES: ReadonlyMap<string, Outage> = new Map([
  ["storage_unavailable", "storage"],
  ["database_unavailable", "database"],
  ["storage_full", "full"],
]);

/** What is wrong behind our server at present, as far as its answers tell. */
export const outages = createStore<ReadonlySet<Outage>>(new Set());

/** Notes what the code of a problem tells, if it tells of an outage. */
export function noteProblem(code: string): void {
  const outage = CODES.get(code);
  if (outage) setOutage(outage, true);
}

export function setOutage(outage: Outage, isOn: boolean): void {
  if (outages.get().has(outage) === isOn) return;
  const next = new Set(outages.get());
  if (isOn) next.add(outage);
  else next.delete(outage);
  outages.set(next);
}
