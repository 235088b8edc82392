import type { Job, NewJob, Queue } from "@tintype/core/kernel";
import type { Clock } from "./clock.ts";

type Row = {
  id: string;
  kind: string;
  dedupe: string;
  payload: Record<string, unknown>;
  runAt: number;
  leased: boolean;
  againAt: number | undefined;
  fence: number;
  attempts: number;
  dead: boolean;
};

/** The table of jobs, as `queue-postgres.ts` keeps it, without a database; `ask` is what each question of it takes. */
export function createJobTable(clock: Clock) {
  const rows = new Map<string, Row>();
  let ids = 0;

  /** Gives what others are to hear of, as `insert` of `queue-postgres.ts` does. */
  const put = (jobs: readonly NewJob[]): NewJob[] => jobs.flatMap((job) => putOne(job) ?? []);
  const putOne = (job: NewJob): NewJob | undefined => {
    const { kind, payload, dedupe } = job;
    const at = job.runAt?.getTime() ?? clock.now();
    const name = JSON.stringify([kind, dedupe ?? ++ids]);
    const known = rows.get(name);
    if (known?.leased) {
      if (at >= (known.againAt ?? Infinity)) return undefined;
      known.againAt = at;
      return { ...job, runAt: new Date(known.runAt) };
    }
    if (known && !known.dead && known.runAt <= at) return undefined;
    rows.set(name, {
      id: known?.id ?? String(++ids),
      kind,
      dedupe: name,
      payload,
      runAt: at,
      leased: false,
      againAt: undefined,
      fence: 0,
      attempts: 0,
      dead: false,
    });
    return job;
  };

  const isClaim = (row: Row | undefined, { id, fence }: Job): row is Row =>
    row !== undefined && row.id === id && row.fence === fence && row.leased;
  const rowOf = ({ id }: Job): Row | undefined => [...rows.values()].find((row) => row.id === id);
  const change = (job: Job, work: (row: Row) => void): boolean => {
    const row = rowOf(job);
    if (!isClaim(row, job)) return false;
    work(row);
    return true;
  };
  const waitFor = (row: Row, delayMs: number): void =>
    void Object.assign(row, { leased: false, runAt: Math.min(row.againAt ?? Infinity, clock.now() + delayMs), againAt: undefined });

  /** The port, for a process whose every question takes `ask`; `tell` hears of what is enqueued. */
  const queueOf = (ask: () => Promise<void>, tell: (jobs: readonly NewJob[]) => Promise<void>): Queue => {
    const queue: Queue = {
      enqueue: async (jobs) => {
        await ask();
        await tell(put(jobs));
      },
      claim: async (kinds, limit, leaseMs) => {
        await ask();
        const due = [...rows.values()].filter((row) => kinds.includes(row.kind) && !row.dead && row.runAt <= clock.now());
        return due.slice(0, limit).map((row) => {
          Object.assign(row, {
            leased: true,
            runAt: clock.now() + leaseMs,
            fence: row.fence + 1,
            attempts: row.attempts + 1,
            againAt: undefined,
          });
          const { id, kind, payload, attempts, fence } = row;
          return { id, kind, payload, attempts, fence, urgent: false };
        });
      },
      nextDue: async (kinds) => {
        await ask();
        const times = [...rows.values()].filter((row) => kinds.includes(row.kind) && !row.dead).map(({ runAt }) => runAt);
        return times.length === 0 ? null : new Date(Math.min(...times));
      },
      done: async (job) => {
        await ask();
        return change(job, (row) => {
          if (row.againAt === undefined) rows.delete(row.dedupe);
          else Object.assign(row, { leased: false, runAt: row.againAt, againAt: undefined, attempts: 0 });
        });
      },
      fail: async (job, _reason, delayMs) => {
        await ask();
        return change(job, (row) => (delayMs === null ? void Object.assign(row, { leased: false, dead: true }) : waitFor(row, delayMs)));
      },
      release: async (job, again) => {
        await ask();
        return change(job, (row) => {
          waitFor(row, again?.delayMs ?? 0);
          row.attempts--;
        });
      },
      renew: async (job, leaseMs) => {
        await ask();
        return change(job, (row) => void (row.runAt = clock.now() + leaseMs));
      },
      onEnqueue: () => () => undefined,
      within: () => queue,
    };
    return queue;
  };
  return { put, queueOf, size: () => rows.size };
}
