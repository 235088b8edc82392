import { api, type StorageFacts } from "../../lib/api.ts";
import { messageOf } from "../../lib/http.ts";
import { paceOf } from "../../lib/pace.ts";
import { createStore } from "../../lib/store.ts";
import { toast } from "../../ui/toast.tsx";

/** How often to look while something is under way, and while nothing is. */
const BUSY_MS = 2_000;
const CALM_MS = 30_000;

/** The facts, and when they were told. */
export type Seen = StorageFacts & { now: number };

export type Storage = ReturnType<typeof createStorage>;

/** What there is to know of the storage; looked at again and again between `start` and the end that it answers. */
export function createStorage() {
  const facts = createStore<Seen | undefined>(undefined);
  const failure = createStore<string | undefined>(undefined);
  let { signal } = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pace = (ms: number): number => ms;

  const look = async (): Promise<void> => {
    clearTimeout(timer);
    const mine = signal;
    try {
      if (!document.hidden) facts.set({ ...(await api.storage(mine)), now: Date.now() });
      failure.set(undefined);
    } catch (error) {
      if (!mine.aborted) failure.set(messageOf(error));
    }
    if (mine.aborted) return;
    clearTimeout(timer);
    const { check, sweep } = facts.get() ?? {};
    timer = setTimeout(() => void look(), check?.isUnderWay || sweep?.isUnderWay || failure.get() !== undefined ? BUSY_MS : pace(CALM_MS));
  };

  const ask = async (work: () => Promise<void>): Promise<void> => {
    await work().catch((error: unknown) => toast(messageOf(error)));
    await look();
  };

  return {
    facts,
    failure,
    check: () => ask(api.checkStorage),
    sweep: () => ask(api.sweepStorage),
    start: (): (() => void) => {
      const stop = new AbortController();
      ({ signal } = stop);
      pace = paceOf(() => void look(), signal);
      document.addEventListener("visibilitychange", () => void look(), { signal });
      void look();
      return () => {
        stop.abort();
        clearTimeout(timer);
      };
    },
  };
}
