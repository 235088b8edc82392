import { undefinedWhen } from "@tintype/core/kernel";
import { INBOX, INCOMING, type ObjectStore, WAKE_KEY } from "@tintype/core/storage";
import { z } from "zod";

/** A time that is off by less is not written anew. */
const CLOSE_MS = 3_600_000;

/** ISO. `dueAt`: the next job, or what ends by itself. `lookAt`: the look for what nobody told of; older ones have both in one. */
const Wake = z.object({ dueAt: z.iso.datetime().nullable(), lookAt: z.iso.datetime().nullable().optional() });

/** Both null when nothing is due before something happens. */
export type Due = { dueAt: Date | null; lookAt: Date | null };

/**
 * Whether somebody has to be woken: a time that was noted is past, or something lies where any tool may drop it. Asks only the store: the database
 * sleeps on. Costs one GET and two LISTs.
 */
export async function isDue(store: Pick<ObjectStore, "get" | "list">, now: Date): Promise<boolean> {
  const { dueAt, lookAt } = await read(store);
  if (isPast(dueAt, now) || isPast(lookAt, now)) return true;
  const found = await Promise.all([INBOX, INCOMING].map((prefix) => store.list(prefix, { limit: 1 })));
  return found.some(({ objects }) => objects.length > 0);
}

/** Writes down that somebody has to be woken by then, where that is not late enough already. */
export async function note(store: Pick<ObjectStore, "get" | "put">, dueAt: Date): Promise<void> {
  const before = await read(store);
  if (before.dueAt !== null && before.dueAt.getTime() < dueAt.getTime() + CLOSE_MS) return;
  await write(store, { ...before, dueAt });
}

/** Writes down what somebody who has looked makes of what is written there, where that is something else. */
export async function renote(store: Pick<ObjectStore, "get" | "put">, now: Date, next: (before: Due) => Due): Promise<void> {
  const before = await read(store);
  const after = next(before);
  const isSame = isNear(before.dueAt, after.dueAt, now) && isNear(before.lookAt, after.lookAt, now);
  if (!isSame) await write(store, after);
}

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
  const { dueAt, lookAt = dueAt } = Wake.catch({ dueAt: new Date(0).toISOString() }).parse(parsed(text));
  return { dueAt: dateOf(dueAt), lookAt: dateOf(lookAt) };
}

async function write(store: Pick<ObjectStore, "put">, due: Due): Promise<void> {
  await store.put(WAKE_KEY, new TextEncoder().encode(JSON.stringify(due)), { type: "application/json" });
}

function dateOf(time: string | null): Date | null {
  return time === null ? null : new Date(time);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
