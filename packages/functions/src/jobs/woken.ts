import { type Ctx, type NewJob, undefinedWhen } from "@tintype/core/kernel";
import { INBOX, INCOMING, type ObjectStore, WAKE_KEY } from "@tintype/core/storage";
import * as Trash from "@tintype/core/trash";
import * as Upload from "@tintype/core/upload";
import { z } from "zod";
import { drain } from "./drain.ts";
import type { Kind } from "./perform.ts";
import { purge } from "./purge.ts";
import { askForAdoption } from "./reference.ts";
import { askForStripped } from "./strip.ts";
import { sweepLibrary } from "./sweep.ts";

const HOUR_MS = 3_600_000;
/** After something has happened, what nobody told of is looked for once more. */
const TIDY_AFTER_MS = 24 * HOUR_MS;

/** Shorter than that, so that each one looks through the whole library. */
const ROUND_MS = 12 * HOUR_MS;
/** A time that is off by less is not written anew. */
const CLOSE_MS = HOUR_MS;

/** ISO; null when nothing is due before something happens. */
const Wake = z.object({ dueAt: z.iso.datetime().nullable() });

/** Everything that a process which is always there does in regular rounds. */
export const tidyJob: NewJob = { kind: "tidy", payload: {}, dedupe: "tidy" };

const tidyKind: Kind = {
  concurrency: 1,
  run: async (ctx) => {
    await purge(ctx);
    await askForAdoption(ctx);
    await askForStripped(ctx);
    // A round over a large library takes many sweeps.
    if (!(await sweepLibrary(ctx, { roundMs: ROUND_MS }))) await ctx.queue.enqueue([tidyJob]);
  },
};

/**
 * What a function does that has been woken: works through the queue, and writes into the store when it has to be woken again. Gives when the
 * next job is due, null when there is none.
 */
export async function woken(
  ctx: Ctx,
  { kinds, msLeft }: { kinds: Readonly<Record<string, Kind>>; msLeft: () => number },
): Promise<Date | null> {
  const all = { ...kinds, tidy: tidyKind };
  const before = await drain(ctx, { kinds: all, msLeft });
  if (before.done > 0) {
    await askForAdoption(ctx);
    await askForStripped(ctx);
  }
  const { done, next } = await drain(ctx, { kinds: all, msLeft });
  await note(ctx.store, await nextLook(ctx, { next, hasWorked: before.done + done > 0 }));
  return next;
}

/** When somebody has to look again: at the next job, at what ends by itself, and a day after something has happened. */
async function nextLook(ctx: Ctx, { next, hasWorked }: { next: Date | null; hasWorked: boolean }): Promise<Date | null> {
  const soon = hasWorked ? new Date(ctx.now().getTime() + TIDY_AFTER_MS) : null;
  const times = [next, soon, await Trash.nextExpiry(ctx), await Upload.nextExpiry(ctx)].filter((time) => time !== null);
  return times.length === 0 ? null : new Date(Math.min(...times.map((time) => time.getTime())));
}

/**
 * Whether somebody has to be woken: a time that was noted is past, or something lies where any tool may drop it. Asks only the store: the database
 * sleeps on. Costs one GET and two LISTs.
 */
export async function isDue(store: Pick<ObjectStore, "get" | "list">, now: Date): Promise<boolean> {
  const { dueAt: due } = await read(store);
  if (due !== null && Date.parse(due) <= now.getTime()) return true;
  const found = await Promise.all([INBOX, INCOMING].map((prefix) => store.list(prefix, { limit: 1 })));
  return found.some(({ objects }) => objects.length > 0);
}

/** Writes down when somebody has to be woken, where that is not near what is written there. */
export async function note(store: Pick<ObjectStore, "get" | "put">, dueAt: Date | null): Promise<void> {
  const { dueAt: before } = await read(store);
  const isSame = before === null || dueAt === null ? before === dueAt : Math.abs(Date.parse(before) - dueAt.getTime()) < CLOSE_MS;
  if (isSame) return;
  await store.put(WAKE_KEY, new TextEncoder().encode(JSON.stringify({ dueAt: dueAt?.toISOString() ?? null })), {
    type: "application/json",
  });
}

/** Where nothing is written yet, or what is cannot be read, there is something to do. */
async function read(store: Pick<ObjectStore, "get">): Promise<z.infer<typeof Wake>> {
  const body = await store.get(WAKE_KEY).catch(undefinedWhen("not_found"));
  if (!body) return { dueAt: new Date(0).toISOString() };
  const text = await new Response(body).text();
  return Wake.catch({ dueAt: new Date(0).toISOString() }).parse(parsed(text));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
