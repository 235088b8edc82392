import { isOutage, type Ctx, type NewJob, type Queue } from "@tintype/core/kernel";
import * as Trash from "@tintype/core/trash";
import * as Upload from "@tintype/core/upload";
import { drain } from "./drain.ts";
import { type Due, isPast, type Lying, lying, note, noteEnd, noteWork, printOf, renote } from "./due.ts";
import { type Again, unlessAway } from "./outage.ts";
import type { Kind } from "./perform.ts";
import { purge } from "./purge.ts";
import { askForAdoption } from "./reference.ts";
import { askForStripped } from "./strip.ts";
import { sweep } from "./sweep.ts";

const HOUR_MS = 3_600_000;
/** After something has happened, what nobody told of is looked for once more. */
const TIDY_AFTER_MS = 24 * HOUR_MS;

/** Shorter than that, so that each one looks through the whole library. */
const ROUND_MS = 12 * HOUR_MS;

/** Everything that a process which is always there does in regular rounds. */
const tidyJob: NewJob = { kind: "tidy", payload: { isLook: true }, dedupe: "tidy" };

/** What one call finds out while it works; `lay` is what lay about before it tidied, if it did. */
type Call = { hasWorked: boolean; begun?: Promise<void>; lay?: Lying };

function tidyKind(call: Call): Kind {
  return {
    concurrency: 1,
    run: async (ctx) => {
      // What comes meanwhile may have been missed.
      const lay = await lying(ctx.store);
      await purge(ctx);
      await askForAdoption(ctx);
      await askForStripped(ctx);
      // A round over a large library takes many sweeps.
      if (!(await sweep(ctx, { roundMs: ROUND_MS }))) await ctx.queue.enqueue([tidyJob]);
      call.lay = lay;
    },
  };
}

/** What a look asks for is of the look, and so is what that asks for: it does not say that something has happened. */
function ofLook(queue: Queue): Queue {
  return {
    ...queue,
    enqueue: (jobs) => queue.enqueue(jobs.map((job) => ({ ...job, payload: { ...job.payload, isLook: true } }))),
    within: (db) => ofLook(queue.within(db)),
  };
}

/** Should this call be killed, its message is held back for an hour and a half: somebody comes before, and finds in the store that it is time. */
async function begin({ store, now, log }: Ctx, guard: () => Promise<void>): Promise<void> {
  await Promise.all([noteWork(store, now()), guard()]).catch((error: unknown) => log.warn("work not guarded", { error }));
}

/** Notes whether anything is done that is not of a look; before the first of it `first` is waited for. */
function watched(kinds: Readonly<Record<string, Kind>>, call: Call, first: () => Promise<void>): Record<string, Kind> {
  const watch = (kind: Kind): Kind => ({
    ...kind,
    run: async (ctx, payload, attempt) => {
      const isLook = payload["isLook"] === true;
      if (!isLook) call.hasWorked = true;
      await (call.begun ??= first());
      await kind.run(isLook ? { ...ctx, queue: ofLook(ctx.queue) } : ctx, payload, attempt);
    },
  });
  return Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, watch(kind)]));
}

export type WokenOptions = {
  isToTidy: boolean;
  kinds: Readonly<Record<string, Kind>>;
  msLeft: () => number;
  /** For what is due within this time a message is on its way that is held back until then. */
  heldMs?: number;
  /** Has somebody ask later whether this call came to its end (`isUnfinished`); it is asked for before the first job is begun. */
  guard?: () => Promise<void>;
  /** What the message tells that woke it, see `nextTry`. */
  putOff?: string | undefined;
};

/** Wakes somebody in `delayMs`: for what is due then, or for everything that is to be done now and then. */
type NextWake = { isToTidy: boolean; delayMs: number } & Partial<Again>;

/**
 * What a function does that has been woken: works through the queue, and writes into the store when it has to be woken again. Gives when and for
 * what somebody has to be woken next; undefined when nothing is due. While something is away that is soon (the queue itself would wait for an hour
 * and a half); when it is so for hours, this throws, so that somebody is told.
 */
export async function answerWake(ctx: Ctx, options: WokenOptions): Promise<NextWake | undefined> {
  const { isToTidy, putOff } = options;
  const wake = async (): Promise<NextWake | undefined> => {
    const next = await work(ctx, options);
    return next ? { isToTidy: false, delayMs: Math.max(0, next.getTime() - ctx.now().getTime()) } : undefined;
  };
  try {
    return await unlessAway(ctx, putOff, wake, (again) => ({ isToTidy, ...again }));
  } catch (error) {
    // Where its message ends aside, the hourly look finds what it was for.
    if (isOutage(error)) await note(ctx.store, ctx.now()).catch((reason: unknown) => ctx.log.warn("work not noted", { error: reason }));
    throw error;
  }
}

/** Gives when the next job is due, null when there is none. */
async function work(ctx: Ctx, { isToTidy, kinds, msLeft, heldMs = -Infinity, guard }: WokenOptions): Promise<Date | null> {
  const call: Call = { hasWorked: false };
  const all = watched({ ...kinds, tidy: tidyKind(call) }, call, () => (guard ? begin(ctx, guard) : Promise.resolve()));
  // What waits is done first: a look would ask for some of it once more, and it would be the look's.
  await drain(ctx, { kinds: all, msLeft });
  if (call.hasWorked) {
    await askForAdoption(ctx);
    await askForStripped(ctx);
  }
  if (isToTidy) await ctx.queue.enqueue([tidyJob]);
  const { next } = await drain(ctx, { kinds: all, msLeft });
  const isHeld = (time: Date): boolean => time.getTime() - ctx.now().getTime() <= heldMs;
  const ends = earliest([next && isHeld(next) ? null : next, await Trash.nextExpiry(ctx), await Upload.nextExpiry(ctx)]);
  const left = await leftBy(ctx, call);
  await renote(ctx.store, ctx.now(), (before) => nextLook(before, { ends, call, left, now: ctx.now() }));
  // What was enqueued meanwhile may have been noted in what is replaced now, or not been because that said an earlier time.
  const now = await ctx.queue.nextDue(Object.keys(all));
  const isNew = now !== null && (next === null || now < next);
  if (isNew && !isHeld(now)) await note(ctx.store, now);
  if (guard && call.begun) await noteEnd(ctx.store);
  return isNew ? now : next;
}

/** What lay there before somebody tidied, and does so still; undefined when nobody has. */
async function leftBy({ store }: Ctx, { lay }: Call): Promise<Left | undefined> {
  if (!lay) return undefined;
  const now = lay.lines.length > 0 ? await lying(store) : lay;
  const before = new Set(lay.lines);
  return { print: await printOf(now.lines.filter((line) => before.has(line))), isAll: now.isAll };
}

type Left = { print: string | null; isAll: boolean };
type Found = { ends: Date | null; call: Call; left: Left | undefined; now: Date };

/**
 * When somebody has to look again: at the next job and at what ends by itself, and a day after something has happened, or while more lies about than
 * one sees at a time. Who has found nothing to do leaves what was noted; a look that was due stays so until somebody has tidied. When something has
 * happened (somebody has made room, or an account), what was left lying may be of use now.
 */
function nextLook(before: Due, { ends, call: { hasWorked }, left, now }: Found): Due {
  const noted = hasWorked || isPast(before.dueAt, now) ? null : before.dueAt;
  const look = left && isPast(before.lookAt, now) ? null : before.lookAt;
  const isToLook = hasWorked || left?.isAll === false;
  const lookAt = look ?? (isToLook ? new Date(now.getTime() + TIDY_AFTER_MS) : null);
  const known = left ? left.print : before.left;
  return { dueAt: earliest([noted, ends]), lookAt, left: hasWorked ? null : known };
}

function earliest(times: readonly (Date | null)[]): Date | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : new Date(Math.min(...known.map((time) => time.getTime())));
}
