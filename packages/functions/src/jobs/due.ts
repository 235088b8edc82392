import { undefinedWhen } from "@tintype/core/kernel";
import { INBOX, INCOMING, type ObjectStore, WAKE_KEY } from "@tintype/core/storage";
import { z } from "zod";

/** A time that is off by less is not written anew. */
const CLOSE_MS = 3_600_000;

/** ISO; null when nothing is due before something happens. */
const Wake = z.object({ dueAt: z.iso.datetime().nullable() });

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

/**
 * Writes down when somebody has to be woken, where that is not near what is written there. With `now` what is written there stays when it is sooner
 * and not over yet: whoever wrote it had worked, and wanted to look again.
 */
export async function note(store: Pick<ObjectStore, "get" | "put">, dueAt: Date | null, now?: Date): Promise<void> {
  const { dueAt: before } = await read(store);
  const isSooner = before !== null && (dueAt === null || Date.parse(before) < dueAt.getTime());
  if (now && isSooner && Date.parse(before) > now.getTime()) return;
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
