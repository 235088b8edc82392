import { type Ctx, isOutage, jsonIn } from "@tintype/core/kernel";
import { z } from "zod";

/**
 * What a message tells that was sent anew: since when (ms of the epoch) what it needs is away, and how often it was met so, one after the other; and
 * when the trial of its file began that the process outlived, but could not note the end of.
 */
const PutOff = z.object({ since: z.number(), times: z.number(), outlived: z.number().optional() });
type PutOff = z.infer<typeof PutOff>;

/** How a message is to be sent once more. */
export type Again = { delayMs: number; putOff: string };

/** What is away for longer does not come back by itself: somebody has to be told. */
const LASTING_MS = 2 * 3_600_000;
/** In a long queue its second turn may come after that. */
const LEAST_TIMES = 10;

/** After a tenth of the time for which it is away already, and within these. */
const SHARE = 1 / 10;
const LEAST_DELAY_MS = 60_000;
const MOST_DELAY_MS = 15 * 60_000;

/**
 * When what is away is looked for again, and what the message has to tell then, by what it told (`putOff`); undefined when it is away for so long
 * that the message shall count as failed. `outlived`: see `outlivedBy`.
 */
export function nextTry(putOff: string | undefined, now: Date, outlived = outlivedBy(putOff)): Again | undefined {
  const { since, times } = read(putOff) ?? { since: now.getTime(), times: 0 };
  const awayMs = now.getTime() - since;
  if (awayMs >= LASTING_MS && times >= LEAST_TIMES) return undefined;
  const delayMs = Math.min(MOST_DELAY_MS, Math.max(LEAST_DELAY_MS, awayMs * SHARE));
  return { delayMs, putOff: JSON.stringify({ since, times: times + 1, outlived: outlived?.getTime() } satisfies PutOff) };
}

/**
 * Does what a message is for; while something is away, `later` is told how to send that message anew, and gives what is answered then. When it is
 * away for hours, this throws, so that somebody is told.
 */
export async function unlessAway<T>(
  { log, now }: Pick<Ctx, "log" | "now">,
  putOff: string | undefined,
  work: () => Promise<T>,
  later: (again: Again) => T | Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isOutage(error)) throw error;
    const again = nextTry(putOff, now());
    if (again) {
      log.warn("woken in vain", { error });
      return later(again);
    }
    log.error("away for hours", { error });
    throw error;
  }
}

/** When the trial began that is still noted though its process lived on. */
export function outlivedBy(putOff: string | undefined): Date | undefined {
  const at = read(putOff)?.outlived;
  return at === undefined ? undefined : new Date(at);
}

/** Of several messages, what that one tells that waits for longest. */
export function longest(told: readonly (string | undefined)[]): string | undefined {
  const known = told.flatMap((text) => read(text) ?? []).toSorted((a, b) => a.since - b.since);
  return known[0] && JSON.stringify(known[0]);
}

function read(putOff: string | undefined): PutOff | undefined {
  return PutOff.safeParse(jsonIn(putOff ?? "")).data;
}
