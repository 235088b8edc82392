import { api, type Diagnosis } from "../../lib/api.ts";
import { messageOf, Problem } from "../../lib/http.ts";
import { createStore } from "../../lib/store.ts";
import { type Outcome, takeWay, tryWays } from "../storage/trial.ts";

const TOLD_MS = 50;

/**
 * How far an examination is, and what came of it. `nothing`: the store and the database are Tintype's own; `old`: the page may not go to the
 * store that it is told of, since it came before the settings were changed.
 */
export type Examination =
  | { step: "browser" | "server" | "old" }
  | ({ step: "done" } & Diagnosis)
  | { step: "nothing"; message: string }
  | { step: "failed"; message: string };

/** The examination of everything between this browser and the photos; one at a time, none after the end that `start` answers. */
export function createDoctor() {
  const examination = createStore<Examination>({ step: "browser" });
  let { signal } = new AbortController();

  const examine = async (): Promise<void> => {
    const mine = signal;
    const show = (next: Examination): void => {
      if (!mine.aborted) examination.set(next);
    };
    show({ step: "browser" });
    try {
      const { outcomes, isOld } = await tryAll();
      if (isOld) return show({ step: "old" });
      show({ step: "server" });
      show({ step: "done", ...(await api.doctor(seen(outcomes), mine)) });
    } catch (error) {
      const isOwn = error instanceof Problem && error.code === "not_found";
      show({ step: isOwn ? "nothing" : "failed", message: messageOf(error) });
    }
  };

  return {
    examination,
    examine,
    start: (): (() => void) => {
      const stop = new AbortController();
      ({ signal } = stop);
      void examine();
      return () => stop.abort();
    },
  };
}

/** Tries the ways, and goes on by the best that is open: what was mended since the last trial is used at once. */
async function tryAll(): Promise<{ outcomes: Outcome[]; isOld: boolean }> {
  let isOld = false;
  const watch = new AbortController();
  const note = ({ effectiveDirective }: SecurityPolicyViolationEvent): void => void (isOld ||= effectiveDirective === "connect-src");
  document.addEventListener("securitypolicyviolation", note, { signal: watch.signal });
  try {
    const outcomes = await tryWays();
    const open = outcomes.find(({ failed }) => failed === undefined);
    if (open) takeWay(open.way);
    // The request fails before its violation is told.
    await new Promise((resolve) => setTimeout(resolve, TOLD_MS));
    return { outcomes, isOld };
  } catch (error) {
    // Without the store nothing can be tried from here; why it is away is what is being asked.
    if (error instanceof Problem && error.code === "storage_unavailable") return { outcomes: [], isOld };
    throw error;
  } finally {
    watch.abort();
  }
}

function seen(outcomes: readonly Outcome[]): Parameters<typeof api.doctor>[0] {
  const of = (way: Outcome["way"]) => {
    const outcome = outcomes.find((each) => each.way === way);
    return outcome && { failed: outcome.failed };
  };
  return { origin: location.origin, clock: new Date().toISOString(), direct: of("direct"), sameOrigin: of("same-origin") };
}
