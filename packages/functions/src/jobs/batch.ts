import * as Ingest from "@tintype/core/ingest";
import { isOutage, jsonIn, type Ctx, type Log } from "@tintype/core/kernel";
import type { ImageCodec, Ports } from "@tintype/core/media";
import * as Staging from "@tintype/core/staging";
import { giveUp, ingestKey } from "./ingest.ts";
import { type Again, nextTry, outlivedBy } from "./outage.ts";

/** A message of a queue that delivers at least once; `receives` counts its deliveries, this one included. `putOff`: see `nextTry`. */
export type Message = { id: string; body: string; receives: number; putOff?: string | undefined };

export type TakeOptions = {
  /** The bucket whose events count. */
  bucket: string;
  /** How long this process may still run, in ms. */
  msLeft: () => number;
  now: () => Date;
  /** Sends a message once more, as a new one that has never been delivered. */
  again: (message: Pick<Again, "delayMs"> & Partial<Again> & { body: string }) => Promise<void>;
  work: Work;
};

/**
 * How a file is gone about: as usual; as one that waits for its turn behind others that come again; by itself; without decoding its pixels; or
 * not any more: the last two where its trial by itself had begun.
 */
type How = "usual" | "waits" | "alone" | "blind" | "given up";

/**
 * Does what a message hints at, for one key. Gives in how many ms it is to be told of again, where it is too early. `outlived`: when a trial of it
 * began that did not end its process, and is to be ended first.
 */
export type Work = (hint: Ingest.Hint, how: How, outlived?: Date) => Promise<number | void>;

/** With less than this left no message is begun: one that is cut off counts as delivered. */
const ENOUGH_MS = 60_000;

/**
 * Works on a batch of a store's messages, and gives the ids of those that must be delivered again. New ones are worked on side by side. One that
 * comes again had its process killed under it, or failed: it waits until its neighbours are done, the second time to be tried alone, the third
 * and fourth without decoding pixels; at the fifth its file is shown as unreadable, and it does not come again. Being away (store, database),
 * running out of time and having come five times without its turn say nothing of the file: then the message is sent anew, to count from one. Not
 * for ever: after some hours of that it counts as failed, so that it ends aside; where all of a batch do, this throws, so that somebody is told.
 */
export async function takeBatch(log: Log, messages: readonly Message[], options: TakeOptions): Promise<string[]> {
  const failed = new Set<string>();
  const lasting: unknown[] = [];
  /** Gives whether it was put off or failed: then it is over for this batch. */
  const one = async (message: Message, how = howOf(message.receives)): Promise<boolean> => {
    try {
      return await take(log, message, how, options);
    } catch (error) {
      if (error instanceof Lasting) lasting.push(error.cause);
      log.warn("message failed", { message: message.id, receives: message.receives, error });
      failed.add(message.id);
      return true;
    }
  };
  const fresh = messages.filter(({ receives }) => receives <= 1);
  const again = messages.filter(({ receives }) => receives > 1).toSorted((a, b) => a.receives - b.receives);
  await Promise.all(fresh.map((message) => one(message)));
  // Should one of them end the process, those behind it have not had their turn.
  const over = new Set<Message>();
  for (const message of again.slice(1).filter(({ receives }) => receives === 2)) {
    if (await one(message, "waits")) over.add(message);
  }
  for (const message of again.filter((each) => !over.has(each))) await one(message);
  if (lasting.length > 0) {
    log.error("away for hours", { messages: lasting.length, error: lasting[0] });
    if (lasting.length === messages.length) throw new Error("Nothing can be done: something is away for hours.", { cause: lasting[0] });
  }
  return [...failed];
}

/** Gives whether it was sent anew, or is nothing of ours. */
async function take(
  log: Log,
  { id, body, putOff }: Message,
  how: How,
  { bucket, msLeft, now, again, work }: TakeOptions,
): Promise<boolean> {
  const sendAnew = async (cause: unknown): Promise<true> => {
    const next = cause instanceof Outlived ? nextTry(cause.isNew ? undefined : putOff, now(), cause.begunAt) : nextTry(putOff, now());
    if (!next) throw new Lasting("It was put off for hours.", { cause });
    await again({ body, ...next });
    return true;
  };
  const hints = Ingest.hints(jsonIn(body), bucket);
  if (hints === undefined) {
    log.warn("message of no store", { message: id });
    return true;
  }
  if (msLeft() < ENOUGH_MS) return sendAnew(LATE);
  try {
    const waits: number[] = [];
    for (const hint of hints) waits.push((await work(hint, how, outlivedBy(putOff))) ?? 0);
    const delayMs = Math.max(0, ...waits);
    if (delayMs > 0) await again({ body, delayMs });
    return delayMs > 0;
  } catch (error) {
    if (error !== UNTRIED && !(error instanceof Outlived) && !isOutage(error)) throw error;
    log.warn("message put off", { message: id, error });
    return sendAnew(error);
  }
}

/** What a message is put off for, its cause, does not end. */
class Lasting extends Error {}

/**
 * The database went away during a trial, so that its end is not noted: the message tells of it when it comes anew. `isNew`: it was there when the
 * trial began, so it is not away for hours.
 */
class Outlived extends Error {
  readonly begunAt: Date;
  readonly isNew: boolean;

  constructor(begunAt: Date, isNew: boolean, cause: unknown) {
    super("The end of its trial could not be noted.", { cause });
    this.begunAt = begunAt;
    this.isNew = isNew;
  }
}

const LATE = new Error("There was no time left for it.");

function howOf(receives: number): How {
  if (receives <= 1) return "usual";
  if (receives === 2) return "alone";
  return receives < 5 ? "blind" : "given up";
}

/** What is to be given up was never tried. */
const UNTRIED = new Error("It came again and again, and was never begun.");

const UNDER_WAY = new Error("Another instance is at this file.");

const refused = () => Promise.resolve({ refused: "crashed" as const });
const blind: ImageCodec = { derive: refused, plain: refused };

/** What is done with one key, for the policy that says when. */
export type Doing = {
  /** The first time that a message comes; see `Work`. */
  first: (hint: Ingest.Hint) => Promise<number | void>;
  now: () => Date;
  /** Notes a trial by itself, see `Ingest.noteTrial`, and that it came to an end which does not speak against the file, see `Ingest.endTrial`. */
  note: (key: string, trial: "begun" | "waits", at: Date) => Promise<Ingest.Trial | undefined>;
  end: (key: string, begunAt?: Date) => Promise<void>;
  /** `isBlind`: without decoding its pixels. */
  ingest: (key: string, isBlind: boolean) => Promise<void>;
  giveUp: (key: string) => Promise<void>;
};

/** The real one. */
export function workOf(ctx: Ctx, ports: Ports): Work {
  return policy({
    now: ctx.now,
    note: (key, trial, at) => Ingest.noteTrial(ctx, key, trial, at),
    end: (key, begunAt) => Ingest.endTrial(ctx, key, begunAt),
    first: (hint) => atOnce(ctx, ports, hint),
    ingest: (key, isBlind) => ingestKey(ctx, isBlind ? { ...ports, image: blind } : ports, key, true),
    giveUp: (key) => giveUp(ctx, ports, key, new Error("Its process was killed at it, or failed, again and again.")),
  });
}

/** How a file is gone about, by how often its message came and what was noted of its trial. */
export function policy(doing: Doing): Work {
  return async (hint, how, outlived) => {
    const { key } = hint;
    if (outlived) await doing.end(key, outlived);
    if (how === "usual") return doing.first(hint);
    // AWS counts as a delivery also what was held back: only what had begun, and is met again, is to blame.
    const isToBegin = how === "alone" || how === "blind";
    const at = doing.now();
    const outlive =
      (isNew: boolean) =>
      (error: unknown): never => {
        throw isOutage(error) ? new Outlived(at, isNew, error) : error;
      };
    // Where its answer alone was lost, it is noted.
    const before = isToBegin ? await doing.note(key, "begun", at).catch(outlive(false)) : await doing.note(key, "waits", at);
    const hasBegun = before === "begun";
    if (how === "waits") return;
    // Another instance is at it: should it be killed at that, this message comes again.
    if (before === "under way") throw UNDER_WAY;
    if (how === "given up") {
      if (!hasBegun) throw UNTRIED;
      return doing.giveUp(key);
    }
    // What is staged is copied, not decoded.
    if (hasBegun && !Staging.isStaged(key)) return doing.ingest(key, true);
    const end = () => doing.end(key).catch(outlive(true));
    try {
      await doing.ingest(key, false);
    } catch (error) {
      if (isOutage(error)) await end();
      throw error;
    }
    await end();
  };
}

/** A file in the inbox that was written a moment ago is told of again when it is at rest: until then neither store nor database is asked for it. */
async function atOnce(ctx: Ctx, ports: Ports, hint: Ingest.Hint): Promise<number | void> {
  const restsAt = Staging.restsAt(hint, ctx.now());
  if (restsAt) return restsAt.getTime() - ctx.now().getTime();
  if ((await Staging.news(ctx, [hint])).length > 0) await ingestKey(ctx, ports, hint.key);
}
