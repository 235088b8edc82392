import * as Ingest from "@tintype/core/ingest";
import { isOutage, jsonIn, type Ctx, type Log } from "@tintype/core/kernel";
import type { ImageCodec, Ports } from "@tintype/core/media";
import * as Staging from "@tintype/core/staging";
import { giveUp, ingestKey } from "./ingest.ts";

/** A message of a queue that delivers at least once; `receives` counts its deliveries, this one included. */
export type Message = { id: string; body: string; receives: number };

export type BatchOptions = {
  /** The bucket whose events count. */
  bucket: string;
  /** How long this process may still run, in ms. */
  msLeft: () => number;
  /** Sends a message once more, as a new one that has never been delivered. */
  again: (body: string) => Promise<void>;
};

/**
 * How a file is gone about: as usual; as one that waits for its turn behind others that come again; by itself; without decoding its pixels; or
 * not any more: the last two where its trial by itself had begun.
 */
type How = "usual" | "waits" | "alone" | "blind" | "given up";

/** Does what a message hints at, for one key. */
export type Work = (key: string, how: How) => Promise<void>;

/** With less than this left no message is begun: one that is cut off counts as delivered. */
const ENOUGH_MS = 60_000;

/** Ingests what a batch of a store's messages hints at; see `takeBatch`. */
export function ingestBatch(ctx: Ctx, ports: Ports, messages: readonly Message[], options: BatchOptions): Promise<string[]> {
  return takeBatch(ctx.log, messages, { ...options, work: workOf(ctx, ports) });
}

/**
 * Works on a batch of a store's messages, and gives the ids of those that must be delivered again. New ones are worked on side by side. One that
 * comes again had its process killed under it, or failed: it waits until its neighbours are done, the second time to be tried alone, the third
 * and fourth without decoding pixels; at the fifth its file is shown as unreadable, and it does not come again. Being away (store, database),
 * running out of time and having come five times without its turn say nothing of the file: then the message is sent anew, to count from one.
 */
export async function takeBatch(log: Log, messages: readonly Message[], options: BatchOptions & { work: Work }): Promise<string[]> {
  const failed = new Set<string>();
  const one = async (message: Message, how = howOf(message.receives)): Promise<void> => {
    try {
      await take(log, message, how, options);
    } catch (error) {
      log.warn("message failed", { message: message.id, receives: message.receives, error });
      failed.add(message.id);
    }
  };
  const fresh = messages.filter(({ receives }) => receives <= 1);
  const again = messages.filter(({ receives }) => receives > 1).toSorted((a, b) => a.receives - b.receives);
  await Promise.all(fresh.map((message) => one(message)));
  // Should one of them end the process, those behind it have not had their turn.
  for (const message of again.slice(1).filter(({ receives }) => receives === 2)) await one(message, "waits");
  for (const message of again) await one(message);
  return [...failed];
}

async function take(
  log: Log,
  { id, body }: Message,
  how: How,
  { bucket, msLeft, again, work }: BatchOptions & { work: Work },
): Promise<void> {
  const keys = Ingest.hints(jsonIn(body), bucket);
  if (keys === undefined) return log.warn("message of no store", { message: id });
  if (msLeft() < ENOUGH_MS) return again(body);
  try {
    for (const key of keys) await work(key, how);
  } catch (error) {
    if (error !== UNTRIED && !isOutage(error)) throw error;
    log.warn("message put off", { message: id, error });
    await again(body);
  }
}

function howOf(receives: number): How {
  if (receives <= 1) return "usual";
  if (receives === 2) return "alone";
  return receives < 5 ? "blind" : "given up";
}

/** What is to be given up was never tried. */
export const UNTRIED = new Error("It came again and again, and was never begun.");

const refused = () => Promise.resolve({ refused: "crashed" as const });
const blind: ImageCodec = { derive: refused, plain: refused };

/** The work itself. */
function workOf(ctx: Ctx, ports: Ports): Work {
  return async (key, how) => {
    if (how === "usual") return ingestKey(ctx, ports, key);
    // AWS counts as a delivery also what was held back: only what had begun, and is met again, is to blame.
    const isToBegin = how === "alone" || how === "blind";
    const hasBegun = (await Ingest.noteTrial(ctx, key, isToBegin ? "begun" : "waits")) === "begun";
    if (how === "waits") return;
    if (how === "given up") {
      if (!hasBegun) throw UNTRIED;
      return giveUp(ctx, ports, key, new Error("Its process was killed at it, or failed, again and again."));
    }
    // What is staged is copied, not decoded.
    if (hasBegun && !Staging.isStaged(key)) return ingestKey(ctx, { ...ports, image: blind }, key);
    await ingestKey(ctx, ports, key).catch(async (error: unknown) => {
      if (isOutage(error)) await Ingest.endTrial(ctx, key);
      throw error;
    });
  };
}
