import { jsonIn, type Log } from "@tintype/core/kernel";
import { sql } from "drizzle-orm";
import pg from "pg";
import { z } from "zod";
import { SAY_RUNNING } from "./db-running.ts";
import type { Announcer, Due, Wake } from "./queue-postgres.ts";

const CHANNEL = "tintype_job";
const AGAIN_MS = 5_000;

const Told = z.object({ from: z.string(), jobs: z.array(z.object({ kind: z.string(), inMs: z.number().optional() })) });

/**
 * Announces jobs by NOTIFY and hears of them by LISTEN, on a connection of its own that is made again whenever it breaks. What is told
 * meanwhile is not heard: the workers' regular look at the queue finds it. The same connection says that Tintype runs on this database; `ready`
 * resolves when it does, or could not be made at first.
 */
export function createAnnouncer({ url, log }: { url: string; log: Log }): Announcer & { ready: Promise<void> } {
  const wakes = new Set<Wake>();
  const from = crypto.randomUUID();
  let client: pg.Client | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  const hear = (payload: string | undefined): void => {
    const message = Told.safeParse(jsonIn(payload ?? ""));
    if (!message.success || message.data.from === from) return;
    const jobs = message.data.jobs.map(({ kind, inMs }) => ({ kind, ...(inMs !== undefined && { runAt: new Date(Date.now() + inMs) }) }));
    for (const wake of wakes) wake(jobs);
  };

  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      application_name: "tintype listener",
    });
    client = next;
    let isLost = false;
    const lose = (error?: Error): void => {
      if (isLost || isClosed) return;
      isLost = true;
      log.warn("queue.listener.lost", { error });
      timer = setTimeout(() => void connect(), AGAIN_MS);
    };
    next.on("error", lose);
    next.on("end", () => lose());
    next.on("notification", ({ payload }) => hear(payload));
    try {
      await next.connect();
      await next.query(SAY_RUNNING);
      await next.query(`listen ${CHANNEL}`);
    } catch (error) {
      lose(error instanceof Error ? error : new Error(String(error)));
      await next.end().catch(() => undefined);
    }
  };
  const ready = connect();

  return {
    ready,
    tell: async (db, jobs) => {
      await db.execute(sql`select pg_notify(${CHANNEL}, ${JSON.stringify({ from, jobs: earliest(jobs).map(told) })})`);
    },
    onTold: (wake) => {
      wakes.add(wake);
      return () => wakes.delete(wake);
    },
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await ready;
      await client?.end().catch(() => undefined);
    },
  };
}

/** In how long it is due: the clock of another process may be another one. */
function told({ kind, runAt }: Due): { kind: string; inMs?: number } {
  return { kind, ...(runAt && { inMs: runAt.getTime() - Date.now() }) };
}

/** The first of each kind: it is enough to look, and a message has at most 8,000 bytes. */
function earliest(jobs: readonly Due[]): Due[] {
  const first = new Map<string, Due>();
  for (const { kind, runAt } of jobs) {
    const known = first.get(kind);
    if (!known || (known.runAt && (!runAt || runAt < known.runAt))) first.set(kind, { kind, ...(runAt && { runAt }) });
  }
  return [...first.values()];
}
