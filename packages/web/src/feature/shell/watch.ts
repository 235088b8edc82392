import { useEffect } from "react";
import { api } from "../../lib/api.ts";
import { outages, setOutage } from "../../lib/outage.ts";
import { paceOf } from "../../lib/pace.ts";
import { createStore } from "../../lib/store.ts";
import { whenStoreFails } from "../../lib/way.ts";

/** What waits for the owner; nothing for everybody else, and until it is known. */
export const attention = createStore({ files: 0, others: 0, refused: 0 });

/** How often to look while all is well, and while something is not. */
const CALM_MS = 60_000;
const TROUBLE_MS = 5_000;
/** A picture that does not come is a reason to look, many are no more reasons. */
const LEAST_MS = 2_000;
/** A full disk under the database is only known from what it refuses: without another refusal it counts as mended. */
const FULL_MS = 60_000;

let lookedAt = -Infinity;

/** Keeps `outages` and `attention` true while somebody looks at the page: what no request has met with yet is asked for. */
export function useWatch(isOwner: boolean): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = new AbortController();
    const plan = (ms: number): void => {
      clearTimeout(timer);
      if (!stop.signal.aborted) timer = setTimeout(() => void look(), ms);
    };
    const look = async (): Promise<void> => {
      lookedAt = performance.now();
      // What fails is told by `reachable`, or by the problem itself.
      if (!document.hidden) await Promise.allSettled(isOwner ? [lookBehind(), lookAtJobs()] : [lookBehind()]);
      plan(isAway() ? TROUBLE_MS : pace(CALM_MS));
    };
    const hurry = (): void => plan(Math.max(0, lookedAt + LEAST_MS - performance.now()));
    const pace = paceOf(hurry, stop.signal);
    const stops = [
      whenStoreFails(hurry),
      outages.subscribe(() => {
        if (isAway()) plan(TROUBLE_MS);
      }),
      forgetFull(),
    ];
    document.addEventListener("visibilitychange", hurry);
    hurry();
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", hurry);
      for (const end of stops) end();
    };
  }, [isOwner]);
}

function isAway(): boolean {
  return outages.get().has("storage") || outages.get().has("database");
}

async function lookBehind(): Promise<void> {
  const absent = await api.absent();
  setOutage("database", absent.includes("database"));
  setOutage("storage", absent.includes("store"));
}

async function lookAtJobs(): Promise<void> {
  const { files, others, refused } = await api.health();
  const before = attention.get();
  if (before.files !== files || before.others !== others || before.refused !== refused) attention.set({ files, others, refused });
}

function forgetFull(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return outages.subscribe(() => {
    clearTimeout(timer);
    if (outages.get().has("full")) timer = setTimeout(() => setOutage("full", false), FULL_MS);
  });
}
