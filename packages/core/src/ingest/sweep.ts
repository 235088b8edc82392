import { and, asc, desc, eq, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { user } from "#account/table";
import { ingestJob } from "#asset";
import { asset } from "#asset/table";
import { allow, type Ctx, type NewJob } from "#kernel";
import { setting } from "#kernel/table";
import type { Done, Step } from "#media";
import { LIBRARY, present } from "#storage";
import { upload } from "#upload/table";
import { absentFrom, judge, knownOf, type Verdict } from "./page.ts";
import { VERIFY } from "./verify.ts";

/**
 * What one sweep did; `isComplete` when it has reached the end of the listing. `lists` and `heads` count its requests to the store, which is what it
 * costs.
 */
export type Swept = { listed: number; hinted: number; isComplete: boolean; lists: number; heads: number };

export type SweepInput = {
  /** What is to be done with every file: an asset on which a step was done in another version is hinted, too. */
  steps: readonly Step[];
  /** Begins a new round over the listing, whatever the last one saw. */
  afresh?: boolean;
  /** Pages of 1,000 objects that one sweep looks at. */
  pages?: number;
  /** Pause between two rounds over the listing. */
  roundMs?: number;
  /** Assets with outdated steps that one sweep hints, spread over `spreadMs`: what a person uploads meanwhile comes first. */
  reruns?: number;
  spreadMs?: number;
};

const SETTING = "sweep";
const PAGE = 1000;
const LATE_MS = 60_000;
const ROUND_MS = 10 * 60_000;
const RERUNS = 300;
const SPREAD_MS = 50_000;
/** Absent originals that one round hints; the next one finds the others. */
const MOST_ABSENT = 1000;
/** So many may be absent however few are there: somebody tidies up a small library. */
const FEW = 20;

/** Where the round over the listing stands. */
const Progress = z.object({
  /** The last key seen; none at the start of a round. */
  after: z.string().optional(),
  /** When the last round ended. */
  endedAt: z.iso.datetime().optional(),
  /** Of the round so far: assets that the listing showed, how many it did not show, and the first of their keys. */
  seen: z.int().default(0),
  absent: z.int().default(0),
  absentKeys: z.array(z.string()).default([]),
});

type Progress = z.infer<typeof Progress>;

/**
 * Finds what events and clients did not tell. Each sweep is hot: it hints what should be finished for more than a minute and is not (assets that
 * were stored and not read, uploads that were confirmed and not committed, open ones whose bytes have come). It is full while a round over
 * `library/` is due: it goes over the next `pages` pages, on from where the last one stopped (a new round begins `roundMs` after the last one
 * ended), and hints every object that is no asset yet, was overwritten, came back, was put there by hand, or was read by older steps. When a
 * round ends it hints the assets whose originals it has not seen, unless the listing is not to be believed (`isBelievable`); ingest then asks
 * for each one by itself before it calls it missing. An empty listing proves nothing: nothing is hinted.
 * Costs one LIST when hot and a HEAD for each upload that is open for more than a minute; a round over n objects costs ⌈n / 1,000⌉ LISTs, and
 * three indexed queries each. Throws what the store throws, and goes on from the page that failed.
 */
export async function sweep(ctx: Ctx, input: SweepInput): Promise<Swept> {
  allow(ctx, "ingest.run");
  const { afresh = false, roundMs = ROUND_MS } = input;
  const known = await readProgress(ctx);
  const progress = afresh ? Progress.parse({ endedAt: known.endedAt }) : known;
  const { after, endedAt } = progress;
  const isBetween = !afresh && after === undefined && endedAt !== undefined;
  const isResting = isBetween && ctx.now().getTime() - Date.parse(endedAt) < roundMs;
  const result = isResting ? await glance(ctx) : await goOn(ctx, input, progress);
  if (result.listed > 0) result.hinted += await hint(ctx, (await lateKeys(ctx)).map(ingestJob));
  const open = await openPlaces(ctx);
  result.heads += open.length;
  result.hinted += await hint(ctx, (await present(ctx.store, open)).map(ingestJob));
  return result;
}

/** How far the present round over the listing is, in assets that it has seen, and when the last one ended. */
export async function sweepProgress(ctx: Pick<Ctx, "db">): Promise<{ isUnderWay: boolean; seen: number; endedAt: string | undefined }> {
  const { after, seen, endedAt } = await readProgress(ctx);
  return { isUnderWay: after !== undefined, seen, endedAt };
}

/**
 * Whether a whole round's listing may say that originals are gone: it has shown some of the assets, and more than it has not. A store that
 * lists little or nothing of what the index holds is another one, or broken; that is no deletion.
 */
export function isBelievable({ seen, absent }: { seen: number; absent: number }): boolean {
  return seen > 0 && absent <= Math.max(FEW, seen);
}

/** Whether there is anything at all. */
async function glance(ctx: Ctx): Promise<Swept> {
  const { objects } = await ctx.store.list(LIBRARY, { limit: 1 });
  return { listed: objects.length, hinted: 0, isComplete: true, lists: 1, heads: 0 };
}

async function goOn(ctx: Ctx, input: SweepInput, start: Progress): Promise<Swept> {
  const { pages = 5, reruns = RERUNS } = input;
  const scale: Scale = { handles: await handlesOf(ctx), current: doneBy(input.steps) };
  const result: Swept = { listed: 0, hinted: 0, isComplete: false, lists: 0, heads: 0 };
  // Without an account nothing is anybody's: a round would end with all to be found again in the next one, long after the first sign-up.
  if (scale.handles.size === 0) return result;
  let round: Round = { ...start, absentKeys: [...start.absentKeys] };
  let left = reruns;
  for (let page = 0; page < pages && left > 0 && !result.isComplete; page++) {
    const look = await lookAt(ctx, round, scale, left);
    result.hinted += await hint(ctx, [...look.news.map(ingestJob), ...later(ctx, look.outdated, reruns - left, input)]);
    result.listed += look.listed;
    result.lists++;
    result.isComplete = look.round.after === undefined;
    left -= look.outdated.length;
    round = look.round;
    // Should the next page fail, the next sweep goes on there.
    if (!result.isComplete) await writeProgress(ctx, { ...round, ...(start.endedAt !== undefined && { endedAt: start.endedAt }) });
  }
  if (result.isComplete) result.hinted += await endRound(ctx, round);
  return result;
}

type Round = Pick<Progress, "after" | "seen" | "absent" | "absentKeys">;
type Scale = { handles: ReadonlySet<string>; current: Done };

/**
 * Looks at the next page, or at as much of it as has at most `mostOutdated` outdated assets; gives the keys to hint, and the round as it then stands.
 */
async function lookAt(ctx: Ctx, { after, seen, absent, absentKeys }: Round, scale: Scale, mostOutdated: number) {
  const { objects, next } = await ctx.store.list(LIBRARY, { limit: PAGE, ...(after !== undefined && { after }) });
  const verdicts = judge(objects, await knownOf(ctx, objects), scale);
  const tooMuch = verdicts.flatMap((verdict, i) => (verdict === "outdated" ? [i] : []))[mostOutdated];
  const looked = objects.slice(0, tooMuch);
  const to = tooMuch === undefined ? next : looked.at(-1)?.key;
  const gone = await absentFrom(ctx, { after, to }, looked, MOST_ABSENT - absentKeys.length);
  const keysOf = (wanted: Verdict): string[] => looked.filter((_, i) => verdicts[i] === wanted).map(({ key }) => key);
  const outdated = keysOf("outdated");
  const isSeen = (verdict: Verdict): boolean => verdict === "current" || verdict === "outdated";
  const round: Round = {
    after: to,
    seen: seen + verdicts.slice(0, looked.length).filter(isSeen).length,
    absent: absent + gone.count,
    absentKeys: [...absentKeys, ...gone.keys],
  };
  return { news: keysOf("news"), outdated, listed: looked.length, round };
}

/** Begins the pause after a round, and hints what it has not seen where that is to be believed. */
async function endRound(ctx: Ctx, { seen, absent, absentKeys }: Round): Promise<number> {
  await writeProgress(ctx, { endedAt: ctx.now().toISOString() });
  if (absent === 0) return 0;
  if (isBelievable({ seen, absent })) return hint(ctx, absentKeys.map(ingestJob));
  ctx.log.error("sweep.listing_doubted", { seen, absent });
  return 0;
}

async function handlesOf(ctx: Ctx): Promise<Set<string>> {
  const rows = await ctx.db.select({ handle: user.handle }).from(user);
  return new Set(rows.map(({ handle }) => handle));
}

/** What the ledger says of an asset on which all of these steps are done. */
function doneBy(steps: readonly Step[]): Done {
  return Object.fromEntries([VERIFY, ...steps].map(({ name, version }) => [name, version]));
}

/** Jobs one after the other in the time until the next sweep; `before` of this sweep's are placed already. */
function later(ctx: Ctx, keys: readonly string[], before: number, { reruns = RERUNS, spreadMs = SPREAD_MS }: SweepInput): NewJob[] {
  const start = ctx.now().getTime();
  return keys.map((key, i) => ({ ...ingestJob(key), runAt: new Date(start + ((before + i) * spreadMs) / reruns) }));
}

/** What should be finished by now and is not. */
async function lateKeys(ctx: Ctx): Promise<string[]> {
  const before = new Date(ctx.now().getTime() - LATE_MS);
  const [stored, received] = await Promise.all([
    ctx.db
      .select({ key: asset.key })
      .from(asset)
      .where(and(eq(asset.state, "stored"), lt(asset.updatedAt, before)))
      .orderBy(asc(asset.updatedAt))
      .limit(PAGE),
    ctx.db
      .select({ key: upload.key, source: upload.source })
      .from(upload)
      .where(and(eq(upload.state, "received"), lt(upload.createdAt, before)))
      .orderBy(asc(upload.createdAt))
      .limit(PAGE),
  ]);
  const keys = [...stored.map(({ key }) => key), ...received.flatMap(({ key, source }) => (source === null ? [key] : [source, key]))];
  return [...new Set(keys)];
}

/** Where the newest open uploads arrive. Their bytes may have come without a word: an event that was lost, and a page that was closed. */
async function openPlaces(ctx: Ctx): Promise<string[]> {
  const rows = await ctx.db
    .select({ place: sql<string>`coalesce(${upload.source}, ${upload.key})` })
    .from(upload)
    .where(and(eq(upload.state, "open"), lt(upload.createdAt, new Date(ctx.now().getTime() - LATE_MS))))
    .orderBy(desc(upload.createdAt))
    .limit(PAGE);
  return rows.map(({ place }) => place);
}

async function hint(ctx: Ctx, jobs: readonly NewJob[]): Promise<number> {
  if (jobs.length > 0) await ctx.queue.enqueue(jobs);
  return jobs.length;
}

/** How far the last sweep came; nowhere yet when there was none, or when it was another program's. */
async function readProgress(ctx: Pick<Ctx, "db">): Promise<Progress> {
  const [row] = await ctx.db.select({ value: setting.value }).from(setting).where(eq(setting.name, SETTING));
  const parsed = Progress.safeParse(row?.value ?? {});
  return parsed.success ? parsed.data : Progress.parse({});
}

/** Remembers it for the next sweep. */
async function writeProgress(ctx: Ctx, value: Partial<Progress>): Promise<void> {
  const row = { name: SETTING, value, updatedAt: ctx.now() };
  await ctx.db.insert(setting).values(row).onConflictDoUpdate({ target: setting.name, set: row });
}
