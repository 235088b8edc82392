import { api, type MonthCost } from "../../lib/api.ts";
import { tabMemory } from "../../lib/memory.ts";
import { createStore } from "../../lib/store.ts";

/** What this month costs, as it was told last; null where nobody is paid, and until it is known. */
export const month = createStore<MonthCost>(null);

/** Adding a month up reads much of the index: what is known holds for an hour, also in the next page of this tab. */
const KEPT_MS = 3_600_000;
const KEPT = "tintype.month";

let askedAt = -Infinity;
let done = "";

/** Keeps what somebody else has asked for. */
export function tell(cost: MonthCost): void {
  askedAt = Date.now();
  tabMemory.setItem(KEPT, JSON.stringify({ askedAt, cost }));
  month.set(cost);
}

/** It is another from now on: to be asked for the next time. */
export function forget(): void {
  askedAt = -Infinity;
  tabMemory.removeItem(KEPT);
}

/**
 * Asks unless it is known. To be called when somebody does something, with what that is: nothing here wakes a server by itself, nor does what was
 * done
 * before. What fails is left for the next time.
 */
export async function askForMonth(doing: string): Promise<void> {
  if (doing === done) return;
  done = doing;
  recall();
  if (Date.now() - askedAt < KEPT_MS) return;
  askedAt = Date.now();
  const cost = await api.monthCost().catch(() => undefined);
  if (cost !== undefined) tell(cost);
}

function recall(): void {
  if (askedAt > 0) return;
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody but `tell` writes under this name
    const kept = JSON.parse(tabMemory.getItem(KEPT) ?? "null") as { askedAt: number; cost: MonthCost } | null;
    if (kept === null || Date.now() - kept.askedAt >= KEPT_MS) return;
    askedAt = kept.askedAt;
    month.set(kept.cost);
  } catch {
    // What is there is not ours: it is asked for anew.
  }
}
