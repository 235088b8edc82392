import { AppError } from "@tintype/core/kernel";
import type { Clock } from "./clock.ts";
import { createLocks, type Process, wait } from "./process.ts";

export type NeonOptions = {
  /** Connections that the pooler has to the database: further ones wait. */
  pool: number;
  /** A round trip, and the opening of a WebSocket with its handshakes. */
  ms: { trip: number; connect: number };
  /** What a statement takes of the database's own processor, and how much of one it has. */
  cpu: { ms: number; cores: number };
  /** Sleeps after so long without a question, and wakes in `wakeMs`. */
  sleepAfterMs: number;
  wakeMs: number;
  /** From when until when it refuses, in ms from the start. */
  away?: { from: number; to: number };
};

export type NeonModel = ReturnType<typeof createNeonModel>;

/** A transaction: its further statements, what it locks until its end, and what it leaves behind when it commits. */
export type Transaction = { statements: (n: number) => Promise<void>; lock: (name: string) => Promise<void> };

/** What a refusal takes until it is told. */
const REFUSED_MS = 1000;

/** Neon: single statements by HTTP, transactions by a WebSocket each, one server connection for as long as either lasts. */
export function createNeonModel(clock: Clock, options: NeonOptions) {
  const { pool, ms, cpu, sleepAfterMs, wakeMs, away } = options;
  const start = clock.now();
  const locks = createLocks();
  const waiting: (() => void)[] = [];
  const counts = {
    statements: 0,
    transactions: 0,
    wakeUps: 0,
    activeMs: 0,
    refused: 0,
    connections: 0,
    mostConnections: 0,
    waited: 0,
    lockMs: 0,
  };
  let lastAsked = -Infinity;
  let busyUntil = 0;

  const reach = async (process: Process): Promise<void> => {
    const now = clock.now();
    const idle = now - lastAsked;
    const isAway = away !== undefined && now - start >= away.from && now - start < away.to;
    if (isAway) {
      counts.refused++;
      await wait(clock, process, REFUSED_MS);
      throw new AppError("database_unavailable", "The database cannot be reached.");
    }
    counts.activeMs += idle === Infinity ? 0 : Math.min(idle, sleepAfterMs);
    lastAsked = now;
    if (idle <= sleepAfterMs) return;
    counts.wakeUps++;
    await wait(clock, process, wakeMs);
  };

  /** A place in the pool, until it is given back or its process has ended. */
  const connect = async (process: Process): Promise<() => void> => {
    if (counts.connections >= pool) {
      counts.waited++;
      await new Promise<void>((resolve) => {
        waiting.push(() => {
          if (process.isAlive) resolve();
          else waiting.shift()?.();
        });
      });
    }
    counts.connections++;
    counts.mostConnections = Math.max(counts.mostConnections, counts.connections);
    const end = (): void => {
      if (!process.onEnd.delete(end)) return;
      counts.connections--;
      waiting.shift()?.();
    };
    process.onEnd.add(end);
    return end;
  };

  /** Statements one after the other, each in its turn at the database's processor. */
  const run = (process: Process, n: number): Promise<void> => {
    counts.statements += n;
    lastAskedNow();
    busyUntil = Math.max(clock.now(), busyUntil) + (n * cpu.ms) / cpu.cores;
    return wait(clock, process, Math.max(busyUntil - clock.now(), n * (ms.trip + cpu.ms)));
  };
  const lastAskedNow = (): void => {
    counts.activeMs += clock.now() - lastAsked;
    lastAsked = clock.now();
  };

  return {
    counts,
    /** Statements by HTTP, side by side. */
    query: async (process: Process, n = 1): Promise<void> => {
      await reach(process);
      const end = await connect(process);
      await run(process, 1);
      counts.statements += n - 1;
      end();
    },
    transaction: async <T>(process: Process, work: (tx: Transaction) => Promise<T>): Promise<T> => {
      await reach(process);
      const end = await connect(process);
      counts.transactions++;
      await wait(clock, process, ms.connect);
      const held: (() => void)[] = [];
      const tx: Transaction = {
        statements: (n) => run(process, n),
        lock: async (name) => {
          const asked = clock.now();
          held.push(await locks.take(name, process));
          counts.lockMs += clock.now() - asked;
        },
      };
      try {
        // BEGIN and COMMIT.
        await run(process, 1);
        const result = await work(tx);
        await run(process, 1);
        return result;
      } finally {
        for (const free of held) free();
        end();
      }
    },
  };
}
