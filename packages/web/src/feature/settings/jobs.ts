import { api, type DeadJob, type KindOfJobs } from "../../lib/api.ts";
import { counted } from "../../lib/format.ts";
import { messageOf } from "../../lib/http.ts";
import { createStore, type Readable } from "../../lib/store.ts";
import { toast } from "../../ui/toast.tsx";
import { attention } from "../shell/watch.ts";
import { discardNow, leaving } from "./discard.ts";

/** `now` is when this was true; of `deadCount` the list `dead` shows the first, and `more` tells that there are others. */
type JobsView = { now: number; kinds: readonly KindOfJobs[]; deadCount: number; dead: readonly DeadJob[]; more: boolean };

export type Jobs = {
  /** Undefined until it is known. */
  view: Readable<JobsView | undefined>;
  /** Why the latest is not known; undefined while all is well. */
  failure: Readable<string | undefined>;
  showMore: () => Promise<void>;
  retry: (job: DeadJob, name: string) => Promise<void>;
  retryAll: () => Promise<void>;
  /** Looks again and again until what it answers is called. */
  start: () => () => void;
};

const LOOK_MS = 2_000;
/** Where counting takes long, most of the time is left to the work. */
const SHARE = 10;

/** The queue as it is. */
export function createJobs(): Jobs {
  const view = createStore<JobsView | undefined>(undefined);
  const failure = createStore<string | undefined>(undefined);
  let { signal } = new AbortController();
  let kinds: readonly KindOfJobs[] = [];
  let now = 0;
  /** What the server told last, with what is leaving. */
  let list: { jobs: readonly DeadJob[]; next: string | null } = { jobs: [], next: null };
  let deadCount = -1;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const show = (): void => {
    if (deadCount < 0) return;
    const gone = leaving.get();
    const dead = list.jobs.filter(({ id }) => !gone.has(id));
    const left = deadCount - (list.jobs.length - dead.length);
    view.set({ now, kinds, dead, deadCount: left, more: list.next !== null });
  };

  const look = async (): Promise<void> => {
    clearTimeout(timer);
    const mine = signal;
    const begin = performance.now();
    try {
      if (!document.hidden) await read();
      failure.set(undefined);
    } catch (error) {
      if (!mine.aborted) failure.set(messageOf(error));
    }
    if (mine.aborted) return;
    clearTimeout(timer);
    timer = setTimeout(() => void look(), Math.max(LOOK_MS, (performance.now() - begin) * SHARE));
  };

  const read = async (): Promise<void> => {
    kinds = await api.jobs(signal);
    const count = kinds.reduce((sum, each) => sum + each.dead, 0);
    if (count !== deadCount) list = await readDead(list.jobs.length, signal);
    deadCount = count;
    const files = kinds.find(({ kind }) => kind === "ingest")?.dead ?? 0;
    attention.set({ ...attention.get(), files, others: count - files });
    now = Date.now();
    show();
  };

  /** Does something about dead jobs, says what, and looks what has come of it. */
  const act = async (work: () => Promise<string>): Promise<void> => {
    toast(await work().catch(messageOf));
    deadCount = -1;
    await look();
  };

  const start = (): (() => void) => {
    const stop = new AbortController();
    ({ signal } = stop);
    const stopLeaving = leaving.subscribe(() => {
      show();
      // What has left for good is counted anew.
      if (leaving.get().size === 0) void look();
    });
    document.addEventListener("visibilitychange", () => void look(), { signal });
    void look();
    return () => {
      stop.abort();
      clearTimeout(timer);
      stopLeaving();
    };
  };

  return {
    view,
    failure,
    showMore: async () => {
      const { next, jobs } = list;
      if (next === null) return;
      try {
        const page = await api.deadJobs(next, signal);
        list = { jobs: [...jobs, ...page.jobs], next: page.next };
        show();
      } catch (error) {
        if (!signal.aborted) toast(messageOf(error));
      }
    },
    retry: (job, name) =>
      act(async () => ((await api.retryJobs([job.id])) > 0 ? `Trying ${name} again.` : `${name} is being tried again already.`)),
    retryAll: () =>
      act(async () => {
        await discardNow();
        return `Trying ${counted(await api.retryJobs("all"), "job")} again.`;
      }),
    start,
  };
}

/** The list from its beginning, where the newest are, as far as it was shown before. */
async function readDead(least: number, signal: AbortSignal): Promise<{ jobs: readonly DeadJob[]; next: string | null }> {
  const jobs: DeadJob[] = [];
  let next: string | null = null;
  do {
    const page = await api.deadJobs(next ?? undefined, signal);
    jobs.push(...page.jobs);
    ({ next } = page);
  } while (next !== null && jobs.length < least);
  return { jobs, next };
}
