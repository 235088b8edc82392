import { bytesToHex, type Ctx, jsonIn, LOOK, TIDY, undefinedWhen } from "@tintype/core/kernel";
import { INBOX, INCOMING, type ObjectStore, WAKE_KEY, WORK_KEY } from "@tintype/core/storage";
import { z } from "zod";
import { type Again, unlessAway } from "./outage.ts";

/** A time that is off by less is not written anew. */
const CLOSE_MS = 3_600_000;

/** As much as one LIST tells of. */
const PAGE = 1000;

/**
 * ISO. `dueAt`: the next job, or what ends by itself. `lookAt`: the look for what nobody told of; older ones have both in one. `left`: the print of
 * what the last look has left lying.
 */
const Wake = z.object({
  dueAt: z.iso.datetime().nullable(),
  lookAt: z.iso.datetime().nullable().optional(),
  left: z.string().nullable().default(null),
});

/** All null when nothing is due before something happens, and nothing lies anywhere. */
export type Due = { dueAt: Date | null; lookAt: Date | null; left: string | null };

/** What lies where any tool may drop it: a line for each object. Not all of it, where it is more than a page. */
export type Lying = { lines: readonly string[]; isAll: boolean };

/**
 * Whether somebody has to be woken: a time that was noted is past, somebody has come to no end, or something lies where any tool may drop it that
 * the last look has not left there. Asks only the store: the database sleeps on. Costs one GET, one HEAD and two LISTs.
 */
export async function isDue(store: Pick<ObjectStore, "get" | "head" | "list">, now: Date): Promise<boolean> {
  const { dueAt, lookAt, left } = await read(store);
  if (isPast(dueAt, now) || isPast(lookAt, now) || (await isAtWork(store))) return true;
  const { lines } = await lying(store);
  return lines.length > 0 && (await printOf(lines)) !== left;
}

/**
 * The clock has struck: asks the store, and only the store, whether there is something to do, and has everything looked after if so. An idle
 * library's database sleeps on. Where the store is away, who would do it is sent to ask in a minute. Gives whether the store has answered.
 */
export async function answerClock(
  { store, now, log }: Pick<Ctx, "store" | "now" | "log">,
  send: (message: { body: string } & Partial<Again>) => Promise<unknown>,
): Promise<boolean> {
  const isTime = await unlessAway(
    { log, now },
    undefined,
    () => isDue(store, now()),
    async (again) => {
      await send({ body: LOOK, ...again });
      return undefined;
    },
  );
  if (isTime) {
    log.info("woken");
    await send({ body: TIDY });
  }
  return isTime !== undefined;
}

/** What lies there now. */
export async function lying(store: Pick<ObjectStore, "list">): Promise<Lying> {
  const pages = await Promise.all([INBOX, INCOMING].map((prefix) => store.list(prefix, { limit: PAGE })));
  const lines = pages.flatMap(({ objects }) => objects.map(({ key, size, etag }) => `${key} ${size} ${etag}`));
  return { lines, isAll: pages.every(({ next }) => next === undefined) };
}

/** Says in a few letters what lies there; null when it is nothing. */
export async function printOf(lines: readonly string[]): Promise<string | null> {
  if (lines.length === 0) return null;
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(lines.join("\n")));
  return bytesToHex(new Uint8Array(hash, 0, 12));
}

/** Writes down that somebody has to be woken by then, where that is not late enough already. */
export async function note(store: Pick<ObjectStore, "get" | "put">, dueAt: Date): Promise<void> {
  const before = await read(store);
  if (before.dueAt !== null && before.dueAt.getTime() < dueAt.getTime() + CLOSE_MS) return;
  await write(store, { ...before, dueAt });
}

/** Writes down that somebody is at work: until they have come to their end (`noteEnd`), it is time. */
export async function noteWork(store: Pick<ObjectStore, "put">, now: Date): Promise<void> {
  await store.put(WORK_KEY, new TextEncoder().encode(JSON.stringify({ begunAt: now })), { type: "application/json" });
}

/** They have come to their end, whoever they were. */
export async function noteEnd(store: Pick<ObjectStore, "remove">): Promise<void> {
  await store.remove([WORK_KEY]);
}

/** Whether somebody who was at work has come to no end, or a job is due. Asks only the store. */
export async function isUnfinished(store: Pick<ObjectStore, "get" | "head">, now: Date): Promise<boolean> {
  return (await isAtWork(store)) || isPast((await read(store)).dueAt, now);
}

async function isAtWork(store: Pick<ObjectStore, "head">): Promise<boolean> {
  return (await store.head(WORK_KEY).catch(undefinedWhen("not_found"))) !== undefined;
}

/** Writes down what somebody who has looked makes of what is written there, where that is something else. */
export async function renote(store: Pick<ObjectStore, "get" | "put">, now: Date, next: (before: Due) => Due): Promise<void> {
  const before = await read(store);
  const after = next(before);
  const isSame = before.left === after.left && isNear(before.dueAt, after.dueAt, now) && isNear(before.lookAt, after.lookAt, now);
  if (!isSame) await write(store, after);
}

/** Whether it is time. */
export function isPast(time: Date | null, now: Date): boolean {
  return time !== null && time <= now;
}

function isNear(a: Date | null, b: Date | null, now: Date): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(a.getTime() - b.getTime()) < CLOSE_MS && isPast(a, now) === isPast(b, now);
}

/** Where nothing is written yet, or what is cannot be read, there is something to do. */
async function read(store: Pick<ObjectStore, "get">): Promise<Due> {
  const body = await store.get(WAKE_KEY).catch(undefinedWhen("not_found"));
  const text = body ? await new Response(body).text() : "";
  const { dueAt, lookAt = dueAt, left } = Wake.catch({ dueAt: new Date(0).toISOString(), left: null }).parse(jsonIn(text));
  return { dueAt: dateOf(dueAt), lookAt: dateOf(lookAt), left };
}

async function write(store: Pick<ObjectStore, "put">, due: Due): Promise<void> {
  await store.put(WAKE_KEY, new TextEncoder().encode(JSON.stringify(due)), { type: "application/json" });
}

function dateOf(time: string | null): Date | null {
  return time === null ? null : new Date(time);
}
