import type { Ctx, Queue } from "@tintype/core/kernel";
import { job } from "@tintype/core/kernel/table";
import { borrowDatabase } from "@tintype/test/shared-database";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OpenDatabase } from "../adapters/db-drizzle.ts";
import { createLog } from "../adapters/log.ts";
import { createQueue } from "../adapters/queue-postgres.ts";
import { startWorker } from "./worker.ts";

let open: OpenDatabase;

beforeAll(async () => {
  open = await borrowDatabase();
  await open.db.delete(job);
});
afterAll(() => open.close());

describe("the worker", () => {
  it("asks once for each job of a flood, and nothing for a kind whose next job is due later", async () => {
    const queue = createQueue(open.db);
    const log = createLog({ write: () => {} });
    const asked: string[] = [];
    const counted: Queue = {
      ...queue,
      claim: async (kinds, ...rest) => {
        asked.push(`claim ${kinds.join()}`);
        return queue.claim(kinds, ...rest);
      },
      nextDue: async (kinds) => {
        asked.push(`due ${kinds.join()}`);
        return queue.nextDue(kinds);
      },
    };
    const later = new Date(Date.now() + 3_600_000);
    const done: unknown[] = [];
    await queue.enqueue(Array.from({ length: 20 }, (_, n) => ({ kind: "flood", payload: { n } })));
    const flood = async (inside: Ctx, payload: Readonly<Record<string, unknown>>): Promise<void> => {
      await inside.queue.enqueue([
        { kind: "later", payload: {}, dedupe: "one", runAt: later },
        { kind: "elsewhere", payload: {}, dedupe: "one" },
      ]);
      done.push(payload["n"]);
    };
    const ctx = { actor: { kind: "system" }, db: open.db, queue: counted, now: () => new Date(), log } as Ctx;
    const worker = startWorker(ctx, {
      kinds: { flood: { run: flood, concurrency: 2 }, later: { run: async () => void done.push("too early"), concurrency: 2 } },
    });
    const left = async (): Promise<number> => (await open.db.select().from(job)).length;
    await expect.poll(async () => done.length === 20 && (await left()) === 2, { timeout: 10_000, interval: 20 }).toBe(true);
    await worker.stop();
    expect(done).not.toContain("too early");
    expect(asked.filter((text) => text.endsWith("later"))).toEqual(["claim later", "due later"]);
    expect(asked.filter((text) => text === "claim flood").length).toBeLessThanOrEqual(21);
    expect(asked.filter((text) => text === "due flood").length).toBeLessThanOrEqual(3);
  });
});
