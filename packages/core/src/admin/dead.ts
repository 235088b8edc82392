import { and, desc, inArray, lt, lte, or, sql, type SQL } from "drizzle-orm";
import { user } from "#account/table";
import { displayName } from "#asset";
import { asset } from "#asset/table";
import { allow, transact, type Ctx } from "#kernel";
import { job } from "#kernel/table";
import { nameFromKey } from "#storage";
import { upload } from "#upload/table";

/**
 * A job that was given up. `subject` is what it was about, for people: a file's or a person's name; `key` where that file lies. `reason` is
 * the last failure in the program's own words, `diedAt` an ISO instant.
 */
export type DeadJob = {
  id: string;
  kind: string;
  subject: string | null;
  key: string | null;
  reason: string;
  attempts: number;
  diedAt: string;
};

/** `next` continues the list; null at its end. */
export type DeadPage = { jobs: DeadJob[]; next: string | null };

const PAGE = 50;
const BATCH = 1000;
/** In the words of the index `job_dead`. */
export const DEAD = sql`${job.dead}`;

/** The dead jobs behind the one with the id `after`, newest first, 50 at a time. Throws `forbidden` for anyone but the owner. */
export async function deadJobs(ctx: Ctx, after?: string): Promise<DeadPage> {
  allow(ctx, "admin.read");
  const rows = await ctx.db
    .select({ id: job.id, kind: job.kind, payload: job.payload, error: job.error, attempts: job.attempts, diedAt: job.runAt })
    .from(job)
    .where(and(DEAD, after === undefined ? undefined : lt(job.id, after)))
    .orderBy(desc(job.id))
    .limit(PAGE + 1);
  const shown = rows.slice(0, PAGE);
  const keys = shown.flatMap(({ payload }) => textIn(payload, "key") ?? []);
  const owners = shown.flatMap(({ payload }) => textIn(payload, "ownerId") ?? []);
  const [fileAt, personOf] = await Promise.all([fileNames(ctx, keys), personNames(ctx, owners)]);
  const jobs = shown.map(({ payload, error, diedAt, ...row }) => {
    const key = textIn(payload, "key") ?? null;
    const subject = key === null ? (personOf.get(textIn(payload, "ownerId") ?? "") ?? null) : (fileAt.get(key) ?? nameFromKey(key));
    return { ...row, key, subject: subject && displayName(subject), reason: error ?? "", diedAt: diedAt.toISOString() };
  });
  return { jobs, next: rows.length > PAGE ? (shown.at(-1)?.id ?? null) : null };
}

/**
 * Gives dead jobs all their attempts again: those with these ids, or all that are dead now. Answers how many; one that has come to life
 * by itself meanwhile is left alone. Throws `forbidden` for anyone but the owner.
 */
export async function retry(ctx: Ctx, which: readonly string[] | "all"): Promise<number> {
  allow(ctx, "admin.write");
  if (which !== "all") return revive(ctx, inArray(job.id, [...which]));
  // What is given up anew while this goes on is not tried for ever: jobs that live again have later ids.
  const [last] = await ctx.db.select({ id: job.id }).from(job).where(DEAD).orderBy(desc(job.id)).limit(1);
  if (!last) return 0;
  const upTo = lte(job.id, last.id);
  let count = 0;
  for (let found = BATCH; found === BATCH; count += found) found = await revive(ctx, upTo);
  return count;
}

/**
 * Forgets dead jobs; answers how many it found. Nothing in the store or in the library is touched: a file is hinted again by the next full
 * sweep that finds it without an asset. Throws `forbidden` for anyone but the owner.
 */
export async function discard(ctx: Ctx, ids: readonly string[]): Promise<number> {
  allow(ctx, "admin.write");
  const gone = await ctx.db
    .delete(job)
    .where(and(DEAD, inArray(job.id, [...ids])))
    .returning({ id: job.id });
  return gone.length;
}

/** Puts up to a batch of dead jobs into the queue anew, which wakes whoever works on them. Never waits for a row that another is changing. */
function revive(ctx: Ctx, which: SQL | undefined): Promise<number> {
  return transact(ctx, async ({ db, queue }) => {
    const chosen = db
      .select({ id: job.id })
      .from(job)
      .where(and(DEAD, which))
      .orderBy(job.id)
      .limit(BATCH)
      .for("update", { skipLocked: true });
    const dead = await db
      .delete(job)
      .where(inArray(job.id, chosen))
      .returning({ kind: job.kind, payload: job.payload, dedupe: job.dedupe });
    await queue.enqueue(dead.map(({ kind, payload, dedupe }) => ({ kind, payload, ...(dedupe !== null && { dedupe }) })));
    return dead.length;
  });
}

function textIn(payload: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = payload[name];
  return typeof value === "string" ? value : undefined;
}

/** The names under which these keys' files were given to us: of assets, and of uploads that never became one. */
async function fileNames(ctx: Ctx, keys: readonly string[]): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  const [uploads, assets] = await Promise.all([
    ctx.db
      .select({ key: upload.key, source: upload.source, name: upload.name })
      .from(upload)
      .where(or(inArray(upload.key, [...keys]), inArray(upload.source, [...keys]))),
    ctx.db
      .select({ key: asset.key, name: asset.name })
      .from(asset)
      .where(inArray(asset.key, [...keys])),
  ]);
  const pairs = uploads.flatMap(({ key, source, name }) => [key, source ?? key].map((at): [string, string] => [at, name]));
  return new Map([...pairs, ...assets.map(({ key, name }): [string, string] => [key, name])]);
}

async function personNames(ctx: Ctx, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const people = await ctx.db
    .select({ id: user.id, name: user.name })
    .from(user)
    .where(inArray(sql`${user.id}::text`, [...ids]));
  return new Map(people.map(({ id, name }) => [id, name]));
}
