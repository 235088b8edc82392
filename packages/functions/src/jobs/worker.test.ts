import { AppError, type Ctx, type Queue } from "@tintype/core/kernel";
import { setTimeout as sleep } from "node:timers/promises";
import { job } from "@tintype/core/kernel/table";
import { eq } from "drizzle-orm";
import { borrowDatabase } from "@tintype/test/shared-database";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createQueue, releaseLeases } from "../adapters/queue-postgres.ts";
import type { OpenDatabase } from "../adapters/db-drizzle.ts";
import { createLog } from "../adapters/log.ts";
import type { Kind } from "./perform.ts";
import { startWorker } from "./worker.ts";

let open: OpenDatabase;
let queue: Queue;
let ctx: Ctx;

beforeAll(async () => {
  open = await borrowDatabase();
});
afterAll(() => open.close());
beforeEach(async () => {
  await open.db.delete(job);
  queue = createQueue(open.db);
  const log = createLog({ write: () => {} });
  ctx = { actor: { kind: "system" }, db: open.db, queue, now: () => new Date(), log } as Ctx;
});

const until = (check: () => Promise<boolean> | boolean) => expect.poll(check, { timeout: 10_000, interval: 20 }).toBe(true);
const left = async () => (await open.db.select().from(job)).length;
const kind = (run: Kind["run"], concurrency = 2): Kind => ({ run, concurrency });

describe("the worker", () => {
  it("does jobs as soon as they are enqueued, and those that were waiting before it started", async () => {
    const seen: unknown[] = [];
    await queue.enqueue([{ kind: "echo", payload: { n: 1 } }]);
    const worker = startWorker(ctx, { kinds: { echo: kind(async (_, payload) => void seen.push(payload["n"])) } });
    await until(() => seen.length === 1);
    await queue.enqueue([{ kind: "echo", payload: { n: 2 } }]);
    await until(async () => seen.length === 2 && (await left()) === 0);
    expect(seen).toEqual([1, 2]);
    await worker.stop();
  });

  it("never runs more of a kind than it has places, and lets no kind wait for another", async () => {
    let most = 0;
    let now = 0;
    let release: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let quick = 0;
    const worker = startWorker(ctx, {
      kinds: {
        slow: kind(async () => {
          most = Math.max(most, ++now);
          await gate;
          now--;
        }),
        quick: kind(async () => void quick++, 1),
      },
    });
    await queue.enqueue(Array.from({ length: 6 }, (_, n) => ({ kind: "slow", payload: { n } })));
    await queue.enqueue(Array.from({ length: 6 }, (_, n) => ({ kind: "quick", payload: { n } })));
    await until(() => quick === 6);
    release?.();
    await until(async () => (await left()) === 0);
    expect(most).toBe(2);
    await worker.stop();
  });

  it("buries a poison job at once or after its tries, with the reason, and does the others meanwhile", async () => {
    let good = 0;
    const worker = startWorker(ctx, {
      attempts: 1,
      kinds: {
        mixed: kind(async (_, { bad }) => {
          if (bad === "hopeless") throw new AppError("invalid", "this can never work");
          if (bad === "failing") throw new Error("it failed");
          good++;
        }),
      },
    });
    const bads = ["hopeless", null, "failing", null, null];
    await queue.enqueue(bads.map((bad) => ({ kind: "mixed", payload: { bad } })));
    await until(async () => good === 3 && (await left()) === 2);
    await until(async () => (await open.db.select().from(job)).every((row) => row.dead));
    const reasons = (await open.db.select().from(job)).map((row) => row.error);
    expect(new Set(reasons)).toEqual(new Set(["it failed", "this can never work"]));
    await worker.stop();
  });

  it("never buries a job that fails because something is away", async () => {
    const worker = startWorker(ctx, {
      attempts: 1,
      kinds: { away: kind(() => Promise.reject(new AppError("storage_unavailable", "the store is away"))) },
    });
    await queue.enqueue([{ kind: "away", payload: {} }]);
    await until(async () => (await open.db.select().from(job))[0]?.error === "the store is away");
    expect((await open.db.select().from(job)).map((row) => row.dead)).toEqual([false]);
    await worker.stop();
  });

  it("does not count what it was away for: the first failure after three outages is the first", async () => {
    const attempts: number[] = [];
    const worker = startWorker(ctx, {
      pollMs: 20,
      kinds: {
        unlucky: kind(async (_ctx, _payload, attempt) => {
          attempts.push(attempt);
          if (attempts.length <= 3) throw new AppError("storage_full", "the disk is full");
          if (attempts.length === 4) throw new Error("a bug");
        }),
      },
    });
    await queue.enqueue([{ kind: "unlucky", payload: {} }]);
    for (let run = 1; run <= 4; run++) {
      await until(async () => attempts.length === run && (await open.db.select().from(job)).every(({ leased }) => !leased));
      await open.db.update(job).set({ runAt: new Date(0) });
    }
    await until(async () => attempts.length === 5 && (await left()) === 0);
    expect(attempts).toEqual([1, 1, 1, 1, 2]);
    await worker.stop();
  });

  it("gives a job back, uncounted, when the database was away and is there again", async () => {
    let refusals = 0;
    const flaky: Queue = {
      ...queue,
      release: async (...given) => {
        if (refusals++ === 0) throw new AppError("database_unavailable", "away");
        return queue.release(...given);
      },
    };
    const worker = startWorker(
      { ...ctx, queue: flaky },
      { kinds: { away: kind(() => Promise.reject(new AppError("database_unavailable", "it was away"))) } },
    );
    await queue.enqueue([{ kind: "away", payload: {} }]);
    await until(async () => (await open.db.select().from(job))[0]?.error === "it was away");
    expect(await open.db.select({ leased: job.leased, attempts: job.attempts }).from(job)).toEqual([{ leased: false, attempts: 0 }]);
    await worker.stop();
  });

  it("buries a job that was begun as often as may be and never came to an end, without another try", async () => {
    await queue.enqueue([{ kind: "deadly", payload: {} }]);
    for (let kill = 0; kill < 2; kill++) {
      await queue.claim(["deadly"], 1, 60_000);
      await releaseLeases(open.db);
    }
    let ran = 0;
    const worker = startWorker(ctx, { attempts: 2, kinds: { deadly: kind(async () => void ran++) } });
    await until(async () => (await open.db.select().from(job)).every(({ dead }) => dead));
    expect(ran).toBe(0);
    await worker.stop();
  });

  it("tries a failed job again later", async () => {
    let tries = 0;
    const worker = startWorker(ctx, {
      kinds: {
        flaky: kind(async () => {
          if (++tries < 2) throw new Error("not yet");
        }),
      },
    });
    await queue.enqueue([{ kind: "flaky", payload: {} }]);
    await until(async () => tries >= 2 && (await left()) === 0);
    expect(tries).toBe(2);
    await worker.stop();
  });

  it("gives back what does not end in time when it stops, so that another can take it", async () => {
    const worker = startWorker(ctx, { kinds: { endless: kind(() => new Promise(() => {})) } });
    await queue.enqueue([{ kind: "endless", payload: {} }]);
    await until(async () => (await queue.nextDue(["endless"]))! > new Date());
    await worker.stop(50);
    expect(await queue.claim(["endless"], 1, 1000)).toHaveLength(1);
  });

  it("finishes what runs when it stops, and leaves the rest in the queue", async () => {
    let ended = 0;
    const worker = startWorker(ctx, {
      kinds: {
        steady: kind(async () => {
          await sleep(100);
          ended++;
        }),
      },
    });
    await queue.enqueue(Array.from({ length: 5 }, (_, n) => ({ kind: "steady", payload: { n } })));
    await until(async () => (await open.db.select().from(job).where(eq(job.leased, true))).length === 2);
    await worker.stop();
    expect([ended, await left()]).toEqual([2, 3]);
    expect(await queue.claim(["steady"], 5, 1000)).toHaveLength(3);
  });

  it("gives back at once what it claims while it is being stopped", async () => {
    let ran = 0;
    let claimed: (() => void) | undefined;
    const claiming = new Promise<void>((resolve) => (claimed = resolve));
    const slowQueue: Queue = {
      ...queue,
      claim: async (...given) => {
        const jobs = await queue.claim(...given);
        claimed?.();
        await sleep(50);
        return jobs;
      },
    };
    await queue.enqueue([{ kind: "late", payload: {} }]);
    const worker = startWorker({ ...ctx, queue: slowQueue }, { kinds: { late: kind(async () => void ran++) } });
    await claiming;
    await worker.stop();
    expect(ran).toBe(0);
    expect(await queue.claim(["late"], 1, 1000)).toMatchObject([{ attempts: 1 }]);
  });

  it("keeps the lease of a job that takes longer", async () => {
    let runs = 0;
    const worker = startWorker(ctx, {
      leaseMs: 150,
      kinds: {
        long: kind(async () => {
          runs++;
          await sleep(600);
        }),
      },
    });
    await queue.enqueue([{ kind: "long", payload: {} }]);
    await until(() => runs === 1);
    await sleep(300);
    expect(await queue.claim(["long"], 1, 1000)).toEqual([]);
    await until(async () => (await left()) === 0);
    expect(runs).toBe(1);
    await worker.stop();
  });

  it("runs a job again that was enqueued while it ran", async () => {
    const seen: unknown[] = [];
    const worker = startWorker(ctx, {
      kinds: {
        again: kind(async (_, { n }) => {
          seen.push(n);
          if (n === 1) await queue.enqueue([{ kind: "again", dedupe: "k", payload: { n: 2 } }]);
        }),
      },
    });
    await queue.enqueue([{ kind: "again", dedupe: "k", payload: { n: 1 } }]);
    await until(async () => seen.length === 2 && (await left()) === 0);
    expect(seen).toEqual([1, 2]);
    await worker.stop();
  });

  it("goes on when the queue was out of reach for a while", async () => {
    let failures = 0;
    const flaky: Queue = {
      ...queue,
      claim: async (...given) => (failures++ < 1 ? Promise.reject(new Error("gone")) : queue.claim(...given)),
    };
    let ran = 0;
    const worker = startWorker({ ...ctx, queue: flaky }, { kinds: { waiting: kind(async () => void ran++) } });
    await queue.enqueue([{ kind: "waiting", payload: {} }]);
    await until(() => ran === 1);
    expect(failures).toBeGreaterThan(1);
    await worker.stop();
  });
});
