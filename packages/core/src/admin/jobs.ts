import { sql } from "drizzle-orm";
import { allow, type Ctx } from "#kernel";
import { job } from "#kernel/table";

/** The jobs of one kind, counted. Times are ISO instants of the database's clock. */
export type KindOfJobs = {
  kind: string;
  /** To be done now, and being done. */
  due: number;
  running: number;
  /** Due at a later time that was chosen for them. */
  later: number;
  /** Failed, or something that they need is away: they are tried again, the first of them at `nextTryAt`. */
  putOff: number;
  dead: number;
  /** Since when the oldest that is due has waited; null when none is. */
  dueSince: string | null;
  nextTryAt: string | null;
  /** Why most of those that are put off are. */
  reason: string | null;
};

type Row = Omit<KindOfJobs, "dueSince" | "nextTryAt"> & { since: string | null; next: string | null };

/**
 * What the queue holds, by kind. Reads every job once: 100,000 of them take about 150 ms, and there are so many only while as many files are
 * read in. Throws `forbidden` for anyone but the owner.
 */
export async function jobs(ctx: Ctx): Promise<KindOfJobs[]> {
  allow(ctx, "admin.read");
  const { rows } = await ctx.db.execute<Row>(sql`
    select kind,
      count(*) filter (where state = 'due')::int as due,
      count(*) filter (where state = 'running')::int as running,
      count(*) filter (where state = 'later')::int as later,
      count(*) filter (where state = 'put off')::int as "putOff",
      count(*) filter (where state = 'dead')::int as dead,
      min(run_at) filter (where state = 'due') as since,
      min(run_at) filter (where state = 'put off') as next,
      mode() within group (order by error) filter (where state = 'put off') as reason
    from (
      select kind, run_at, error, case
        when dead then 'dead'
        when run_at <= clock.now then 'due'
        when leased then 'running'
        when error is null then 'later'
        else 'put off' end as state
      from ${job} cross join (select clock_timestamp() as now) clock
    ) as known
    group by kind order by kind`);
  return rows.map(({ since, next, ...row }) => ({ ...row, dueSince: instantOf(since), nextTryAt: instantOf(next) }));
}

function instantOf(text: string | null): string | null {
  return text === null ? null : new Date(text).toISOString();
}
