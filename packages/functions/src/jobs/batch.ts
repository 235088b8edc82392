import * as Ingest from "@tintype/core/ingest";
import { isOutage, type Ctx } from "@tintype/core/kernel";
import type { ImageCodec, Ports } from "@tintype/core/media";
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

/** With less than this left no message is begun: one that is cut off counts as delivered. */
const ENOUGH_MS = 60_000;
/** From this delivery on no pixels are decoded: the last two ended with the process, or with a bug of ours. */
const WITHOUT_PIXELS = 3;
/** At this delivery the file is kept as it is, and said to be unreadable. */
const LAST = 5;

const refused = () => Promise.resolve({ refused: "crashed" as const });
const blind: ImageCodec = { derive: refused, plain: refused };

/**
 * Ingests what a batch of a store's messages hints at, and gives the ids of those that must be delivered again. New ones are worked on side by
 * side. One that comes again had its process killed under it, or failed: it waits until its neighbours are done, the second time to be tried
 * alone, the third and fourth without decoding pixels; at the fifth its file is shown as unreadable, and it does not come again. Being away
 * (store, database) and running out of time say nothing of the file: then the message is sent anew, so that its deliveries count from one.
 */
export async function ingestBatch(ctx: Ctx, ports: Ports, messages: readonly Message[], options: BatchOptions): Promise<string[]> {
  const failed: string[] = [];
  const one = async (message: Message): Promise<void> => {
    try {
      await ingestMessage(ctx, ports, message, options);
    } catch (error) {
      ctx.log.warn("message failed", { message: message.id, receives: message.receives, error });
      failed.push(message.id);
    }
  };
  const fresh = messages.filter(({ receives }) => receives <= 1);
  const again = messages.filter(({ receives }) => receives > 1).toSorted((a, b) => a.receives - b.receives);
  await Promise.all(fresh.map(one));
  for (const message of again) await one(message);
  return failed;
}

async function ingestMessage(ctx: Ctx, ports: Ports, { id, body, receives }: Message, options: BatchOptions): Promise<void> {
  const keys = Ingest.hints(parsed(body), options.bucket);
  if (keys === undefined) return ctx.log.warn("message of no store", { message: id });
  if (options.msLeft() < ENOUGH_MS) return options.again(body);
  try {
    for (const key of keys) await ingest(ctx, ports, key, receives);
  } catch (error) {
    if (!isOutage(error)) throw error;
    ctx.log.warn("message put off", { message: id, error });
    await options.again(body);
  }
}

async function ingest(ctx: Ctx, ports: Ports, key: string, receives: number): Promise<void> {
  if (receives >= LAST) return giveUp(ctx, ports, key, new Error("Its process was killed at it, or failed, again and again."));
  await ingestKey(ctx, receives >= WITHOUT_PIXELS ? { ...ports, image: blind } : ports, key);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
