import { type Database, type Job, type NewJob, newId, type Queue } from "@tintype/core/kernel";
import { job } from "@tintype/core/kernel/table";
import { and, eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm";

/** Rows per INSERT: far below Postgres's 65,535 parameters a statement. */
const BATCH = 1000;
/** A reason is for people to read; no megabytes of it. */
const REASON_LENGTH = 2000;
/** What is due within so long is due now. */
const NOW_MS = 100;

/** The server's clock, read once per statement: now() stands still in a transaction, and a bare clock_timestamp() cannot use an index. */
const NOW = sql`(select clock_timestamp())`;

export type Due = Pick<NewJob, "kind" | "runAt">;
export type Wake = Parameters<Queue["onEnqueue"]>[0];

/** How the processes on one Postgres tell each other of new jobs, so that a worker need not ask every second whether an API has some for it. */
export type Announcer = {
  /** Tells the others, when the transaction that `db` may be in commits. */
  tell(db: Database, jobs: readonly Due[]): Promise<void>;
  /** Calls `wake` when another process has told of jobs; gives how to stop. */
  onTold(wake: Wake): () => void;
  close(): Promise<void>;
};

/**
 * The Queue port on the `job` table of any Database. All times in it are the database server's, and are told on this process's clock: the two
 * may differ by any amount. With an announcer, the workers of other processes
 * hear of jobs at once, as this one's do.
 */
export function createQueue(db: Database, announcer?: Announcer): Queue {
  const wakes = new Set<Wake>();
  announcer?.onTold((jobs) => wakeAll(wakes, jobs));
  return queueOn(db, wakes, announcer);
}

/**
 * Makes due at once, instead of at the end of its lease, what a dead process was working on; its claims count. Returns how many jobs.
 * Only for where no other process can be at work: it takes the jobs of the living, too.
 */
export async function releaseLeases(db: Database): Promise<number> {
  const { rowCount } = await db.update(job).set({ leased: false, againAt: null, runAt: NOW }).where(eq(job.leased, true));
  return rowCount;
}

function queueOn(db: Database, wakes: Set<Wake>, announcer: Announcer | undefined): Queue {
  return {
    enqueue: async (jobs) => {
      const rows = mergeTwins(jobs);
      const news: Due[] = [];
      for (let at = 0; at < rows.length; at += BATCH) news.push(...(await insert(db, rows.slice(at, at + BATCH))));
      if (rows.length === 0) return;
      if (news.length > 0) await announcer?.tell(db, news);
      db.afterCommit(() => wakeAll(wakes, rows));
    },
    claim: (kinds, limit, leaseMs) => claim(db, kinds, limit, leaseMs),
    nextDue: (kinds) => nextDue(db, kinds),
    done: async (claimed) => {
      const removed = await db
        .delete(job)
        .where(and(isClaim(claimed), isNull(job.againAt)))
        .returning({ id: job.id });
      return removed.length > 0 || runAgain(db, claimed);
    },
    fail: (claimed, reason, delayMs) => {
      if (delayMs === null) return bury(db, claimed, reason);
      return change(db, isClaim(claimed), waiting(delayMs, reason));
    },
    release: (claimed, wait) =>
      change(db, isClaim(claimed), { ...waiting(wait?.delayMs ?? 0, wait?.reason), attempts: sql`greatest(0, ${job.attempts} - 1)` }),
    renew: (claimed, leaseMs) => change(db, isClaim(claimed), { runAt: later(leaseMs) }),
    onEnqueue: (wake) => {
      wakes.add(wake);
      return () => wakes.delete(wake);
    },
    within: (tx) => queueOn(tx, wakes, announcer),
  };
}

function wakeAll(wakes: ReadonlySet<Wake>, jobs: readonly Due[]): void {
  for (const wake of wakes) wake(jobs);
}

/** One row per kind and dedupe key, in a fixed order, so that concurrent batches cannot deadlock. */
function mergeTwins(jobs: readonly NewJob[]): NewJob[] {
  const merged = new Map<string, NewJob>();
  for (const [i, next] of jobs.entries()) {
    const name = JSON.stringify([next.kind, next.dedupe ?? i]);
    const twin = merged.get(name);
    const { runAt, ...rest } = next;
    const now = { ...rest, ...(twin?.urgent && { urgent: true }) };
    const isLater = twin !== undefined && runAt !== undefined && (twin.runAt === undefined || twin.runAt < runAt);
    const earliest = isLater ? twin.runAt : runAt;
    merged.set(name, { ...now, ...(earliest && { runAt: earliest }) });
  }
  return [...merged].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/**
 * Gives those of which others are to hear: new ones, and those that it changes. With each of a million photos the packing of the timeline is asked
 * for that waits already; of one that is worked on they hear for the end of its lease, once, should its worker be dead by then.
 */
async function insert(db: Database, jobs: readonly NewJob[]): Promise<Due[]> {
  const asked = sql`excluded.run_at`;
  const rows = await db
    .insert(job)
    .values(
      jobs.map(({ runAt, ...rest }) => ({
        id: newId(),
        ...rest,
        runAt: runAt ? later(runAt.getTime() - Date.now()) : sql`clock_timestamp()`,
      })),
    )
    .onConflictDoUpdate({
      target: [job.kind, job.dedupe],
      set: {
        payload: sql`excluded.payload`,
        runAt: sql`case when ${job.leased} then ${job.runAt} when ${job.dead} then ${asked} else least(${job.runAt}, ${asked}) end`,
        // Also of an expired lease: until another worker claims it, the late one can still acknowledge it.
        againAt: sql`case when ${job.leased} then least(${job.againAt}, ${asked}) end`,
        attempts: sql`case when ${job.dead} then 0 else ${job.attempts} end`,
        dead: false,
        urgent: sql`${job.urgent} or excluded.urgent`,
      },
      setWhere: sql`
        ${job.dead} or ${job.payload} <> excluded.payload or (excluded.urgent and not ${job.urgent}) or ${asked} <
        case when ${job.leased} then coalesce(${job.againAt}, 'infinity') else ${job.runAt} end`,
    })
    .returning({ kind: job.kind, inMs: sql<number>`(extract(epoch from ${job.runAt} - ${NOW}) * 1000)::float` });
  return rows.map(({ kind, inMs }) => ({ kind, ...(Math.abs(inMs) > NOW_MS && { runAt: new Date(Date.now() + inMs) }) }));
}

/**
 * One statement: each kind gives its earliest due rows, the urgent ones first, skipping those another worker is taking, and the kinds are served
 * in turn, so that 100,000 imports hold up neither one timeline nor one upload. MATERIALIZED keeps the planner from running the locking part twice.
 */
async function claim(db: Database, kinds: readonly string[], limit: number, leaseMs: number): Promise<Job[]> {
  if (kinds.length === 0 || limit < 1) return [];
  const { rows } = await db.execute<Job>(sql`
    with due as materialized (
      select j.id, j.run_at, row_number() over (partition by k.kind order by u.urgent desc, j.run_at) as turn
      from unnest(${sql.param(kinds)}::text[]) as k(kind) cross join (values (true), (false)) as u(urgent) cross join lateral (
        select id, run_at from job where job.kind = k.kind and job.urgent = u.urgent and not dead and run_at <= ${NOW}
        order by run_at limit ${limit} for update skip locked
      ) j
    ), chosen as materialized (select id from due order by turn, run_at limit ${limit})
    update job set leased = true, run_at = ${later(leaseMs)}, fence = fence + 1, attempts = attempts + 1, again_at = null
    from chosen where job.id = chosen.id
    returning job.id, job.kind, job.payload, job.attempts, job.fence, job.urgent`);
  return rows;
}

async function nextDue(db: Database, kinds: readonly string[]): Promise<Date | null> {
  const { rows } = await db.execute<{ ms: number | null }>(sql`
    select (extract(epoch from min(due.at) - ${NOW}) * 1000)::float as ms from unnest(${sql.param(kinds)}::text[]) as k(kind)
    cross join lateral (select min(run_at) as at from job where job.kind = k.kind and not dead) due`);
  const ms = rows[0]?.ms;
  return typeof ms === "number" ? new Date(Date.now() + ms) : null;
}

/** Something was enqueued while the job was worked on: it is a new job with all its attempts. */
function runAgain(db: Database, claimed: Job): Promise<boolean> {
  const again = { leased: false, runAt: sql`${job.againAt}`, againAt: null, attempts: 0, error: null };
  return change(db, and(isClaim(claimed), isNotNull(job.againAt)), again);
}

async function bury(db: Database, claimed: Job, reason: string): Promise<boolean> {
  const dead = { leased: false, dead: true, runAt: NOW, error: reason.slice(0, REASON_LENGTH) };
  return (await change(db, and(isClaim(claimed), isNull(job.againAt)), dead)) || runAgain(db, claimed);
}

/** A job in the queue again after `delayMs`, or earlier when that was asked for while it was worked on. */
function waiting(delayMs: number, reason?: string) {
  const runAt = sql`least(${job.againAt}, ${later(delayMs)})`;
  return { leased: false, againAt: null, runAt, ...(reason !== undefined && { error: reason.slice(0, REASON_LENGTH) }) };
}

async function change(
  db: Database,
  where: SQL | undefined,
  values: Parameters<ReturnType<Database["update"]>["set"]>[0],
): Promise<boolean> {
  const rows = await db.update(job).set(values).where(where).returning({ id: job.id });
  return rows.length > 0;
}

/** Still this claim; an expired lease that nobody took over counts. */
function isClaim({ id, fence }: Job): SQL | undefined {
  return and(eq(job.id, id), eq(job.fence, fence), eq(job.leased, true));
}

function later(ms: number): SQL {
  return sql`clock_timestamp() + ${ms} * interval '1 millisecond'`;
}
