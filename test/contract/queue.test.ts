import { setTimeout as sleep } from "node:timers/promises";
import { type Database, type Queue, transact } from "@tintype/core/kernel";
import { job } from "@tintype/core/kernel/table";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createQueue, releaseLeases } from "../../packages/functions/src/adapters/queue-postgres.ts";
import { DATABASES } from "../support/databases.ts";

const MINUTE = 60_000;

describe.each(DATABASES)("the queue on $name", { timeout: 60_000 }, ({ open }) => {
  let database: Awaited<ReturnType<typeof open>>;
  let db: Database;
  let queue: Queue;

  beforeAll(async () => {
    database = await open();
    db = database.db;
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await db.delete(job);
    queue = createQueue(db);
  });

  const add = (dedupe: string | undefined, payload: Record<string, unknown> = {}, runAt?: Date): Promise<void> =>
    queue.enqueue([{ kind: "a", payload, ...(dedupe !== undefined && { dedupe }), ...(runAt && { runAt }) }]);
  /** Lets everything that waits be a minute older. */
  const passTime = () => db.update(job).set({ runAt: sql`${job.runAt} - interval '1 minute'` });
  const claimOne = async (leaseMs = MINUTE) => (await queue.claim(["a"], 1, leaseMs))[0];

  it("gives a job out once, with its payload, and forgets it when it is done", async () => {
    await add(undefined, { nested: { list: [1, "two", null] } });
    const claimed = await claimOne();
    expect(claimed).toMatchObject({ kind: "a", payload: { nested: { list: [1, "two", null] } }, attempts: 1, fence: 1 });
    expect(await claimOne()).toBeUndefined();
    expect(await queue.done(claimed!)).toBe(true);
    expect(await db.select().from(job)).toEqual([]);
  });

  it("gives out the earliest first, none before its time and none of another kind", async () => {
    await queue.enqueue([
      { kind: "a", payload: { n: 2 }, runAt: new Date(Date.now() - 1000) },
      { kind: "a", payload: { n: 1 }, runAt: new Date(Date.now() - 2000) },
      { kind: "a", payload: { n: 3 }, runAt: new Date(Date.now() + MINUTE) },
      { kind: "b", payload: { n: 4 } },
    ]);
    const first = await claimOne();
    const second = await claimOne();
    expect([first?.payload, second?.payload, await claimOne()]).toEqual([{ n: 1 }, { n: 2 }, undefined]);
  });

  it("never gives one job to two workers that claim at the same time", async () => {
    await queue.enqueue(Array.from({ length: 200 }, (_, n) => ({ kind: "a", payload: { n } })));
    const claims = await Promise.all(Array.from({ length: 30 }, () => queue.claim(["a"], 10, MINUTE)));
    const ids = claims.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    let left = await queue.claim(["a"], 500, MINUTE);
    while (left.length > 0) {
      ids.push(...left.map(({ id }) => id));
      left = await queue.claim(["a"], 500, MINUTE);
    }
    expect(new Set(ids).size).toBe(200);
  });

  it("serves the kinds in turn, so that a flood of one does not hold up another", async () => {
    await queue.enqueue(Array.from({ length: 50 }, () => ({ kind: "flood", payload: {}, runAt: new Date(Date.now() - MINUTE) })));
    await queue.enqueue([{ kind: "rare", payload: {} }]);
    const kinds = (await queue.claim(["flood", "rare"], 2, MINUTE)).map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(["flood", "rare"]);
  });

  it("gives out first what somebody waits for, also when that is said of one that is queued already", async () => {
    await queue.enqueue(Array.from({ length: 50 }, (_, n) => ({ kind: "a", payload: { n }, dedupe: `${n}` })));
    await queue.enqueue([{ kind: "a", payload: { n: 50 }, urgent: true }]);
    await queue.enqueue([{ kind: "a", payload: { n: 30 }, dedupe: "30", urgent: true }]);
    await queue.enqueue([{ kind: "a", payload: { n: 30 }, dedupe: "30" }]);
    await queue.enqueue([{ kind: "a", payload: { n: 60 }, urgent: true, runAt: new Date(Date.now() + MINUTE) }]);
    const claimed = [await claimOne(), await claimOne(), await claimOne()];
    expect(claimed.map((one) => one?.payload["n"])).toEqual([30, 50, 0]);
  });

  it("gives a job out again when its lease has expired, and ignores the worker that lost it", async () => {
    await add("k");
    const late = await claimOne(1);
    await sleep(20);
    const next = await claimOne();
    expect(next).toMatchObject({ id: late!.id, attempts: 2, fence: 2 });
    expect([await queue.done(late!), await queue.fail(late!, "late", 0), await queue.renew(late!, 1), await queue.release(late!)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(await queue.done(next!)).toBe(true);
  });

  it("keeps a renewed lease", async () => {
    await add("k");
    const claimed = await claimOne(500);
    expect(await queue.renew(claimed!, MINUTE)).toBe(true);
    await sleep(600);
    expect(await claimOne()).toBeUndefined();
    expect(await queue.done(claimed!)).toBe(true);
  });

  it("puts a failed job back after its delay, with the reason", async () => {
    await add("k");
    expect(await queue.fail((await claimOne())!, "not yet", MINUTE)).toBe(true);
    expect(await claimOne()).toBeUndefined();
    expect(await db.select({ error: job.error }).from(job)).toEqual([{ error: "not yet" }]);
    await passTime();
    expect(await claimOne()).toMatchObject({ attempts: 2 });
  });

  it("buries a job without delay, and revives it with all attempts when it is enqueued again", async () => {
    await add("k", { n: 1 });
    expect(await queue.fail((await claimOne())!, "poison", null)).toBe(true);
    expect(await claimOne()).toBeUndefined();
    expect(await queue.nextDue(["a"])).toBeNull();
    await add("k", { n: 2 });
    expect(await claimOne()).toMatchObject({ payload: { n: 2 }, attempts: 1 });
  });

  it("tells of a dead job when it died, not when its lease would have ended", async () => {
    await add("k");
    await queue.fail((await claimOne())!, "poison", null);
    const [row] = await db.select({ late: sql<number>`extract(epoch from clock_timestamp() - ${job.runAt})::float` }).from(job);
    expect(row?.late).toBeGreaterThanOrEqual(0);
    expect(row?.late).toBeLessThan(10);
  });

  it("gives a released job out as if it had never been claimed", async () => {
    await add("k");
    expect(await queue.release((await claimOne())!)).toBe(true);
    expect(await claimOne()).toMatchObject({ attempts: 1, fence: 2 });
  });

  it("gives a released job out after its wait, with the reason, and does not count the claim", async () => {
    await add("k");
    expect(await queue.release((await claimOne())!, { reason: "the store is away", delayMs: MINUTE })).toBe(true);
    expect(await claimOne()).toBeUndefined();
    expect(await db.select({ error: job.error }).from(job)).toEqual([{ error: "the store is away" }]);
    await passTime();
    expect(await claimOne()).toMatchObject({ attempts: 1, fence: 2 });
  });

  it("gives out at once what a dead process was working on, when told that it is dead; the claim counts", async () => {
    await add("k", { n: 1 });
    const lost = await claimOne();
    await add("k", { n: 2 });
    await add("later", {}, new Date(Date.now() + MINUTE));
    expect(await releaseLeases(db)).toBe(1);
    expect([await queue.done(lost!), await claimOne(), await claimOne()]).toMatchObject([
      false,
      { payload: { n: 2 }, attempts: 2 },
      undefined,
    ]);
  });

  it("makes waiting twins one job with the newest payload and the earliest time", async () => {
    const soon = new Date(Date.now() + MINUTE);
    await add("k", { n: 1 }, new Date(soon.getTime() + MINUTE));
    await add("k", { n: 2 }, soon);
    await add("k", { n: 3 }, new Date(soon.getTime() + 2 * MINUTE));
    expect(await db.select({ payload: job.payload }).from(job)).toEqual([{ payload: { n: 3 } }]);
    const due = await queue.nextDue(["a"]);
    expect(Math.abs((due?.getTime() ?? 0) - soon.getTime())).toBeLessThan(1000);
  });

  it.each([-20, 20])("is of one mind with a process whose clock is %i minutes off", async (minutes) => {
    const { now } = Date;
    const clock = vi.spyOn(Date, "now").mockImplementation(() => now() + minutes * MINUTE);
    try {
      await add("now", {}, new Date(Date.now()));
      await add("later", {}, new Date(Date.now() + MINUTE));
      const claimed = await claimOne();
      expect(await queue.done(claimed!)).toBe(true);
      expect(await claimOne()).toBeUndefined();
      const due = await queue.nextDue(["a"]);
      expect(Math.abs((due?.getTime() ?? 0) - (Date.now() + MINUTE))).toBeLessThan(1000);
    } finally {
      clock.mockRestore();
    }
  });

  it("merges twins within one call", async () => {
    const runAt = new Date(Date.now() + MINUTE);
    await queue.enqueue([
      { kind: "a", dedupe: "k", payload: { n: 1 } },
      { kind: "a", dedupe: "k", payload: { n: 2 }, runAt },
      { kind: "a", dedupe: "l", payload: { n: 3 } },
      { kind: "a", payload: { n: 4 } },
      { kind: "a", payload: { n: 5 } },
    ]);
    const payloads = (await queue.claim(["a"], 10, MINUTE)).map(({ payload }) => payload["n"]);
    expect(new Set(payloads)).toEqual(new Set([2, 3, 4, 5]));
  });

  it("runs a job once more when it is enqueued while it is worked on", async () => {
    await add("k", { n: 1 });
    const claimed = await claimOne();
    await add("k", { n: 2 });
    await add("k", { n: 3 });
    expect(await claimOne()).toBeUndefined();
    expect(await queue.done(claimed!)).toBe(true);
    const again = await claimOne();
    expect(again).toMatchObject({ payload: { n: 3 }, attempts: 1 });
    expect(await queue.done(again!)).toBe(true);
    expect(await claimOne()).toBeUndefined();
  });

  it("runs a job once more that was enqueued after its lease had expired, while the late worker was still at it", async () => {
    await add("k", { n: 1 });
    const late = await claimOne(1);
    await sleep(20);
    await add("k", { n: 2 });
    expect(await queue.done(late!)).toBe(true);
    expect(await claimOne()).toMatchObject({ payload: { n: 2 }, attempts: 1 });
  });

  it("gives a job that was enqueued after its lease had expired to the next worker at once, and then it is done", async () => {
    await add("k", { n: 1 });
    const late = await claimOne(1);
    await sleep(20);
    await add("k", { n: 2 });
    const next = await claimOne();
    expect(next).toMatchObject({ payload: { n: 2 }, fence: 2 });
    expect([await queue.done(late!), await queue.done(next!)]).toEqual([false, true]);
    expect(await db.select().from(job)).toEqual([]);
  });

  it.each([
    ["retried", 10 * MINUTE],
    ["buried", null],
  ])("runs a job once more when it was enqueued while it failed and would be %s", async (_, delay) => {
    await add("k");
    const claimed = await claimOne();
    await add("k", { n: 2 });
    expect(await queue.fail(claimed!, "no", delay)).toBe(true);
    expect(await claimOne()).toMatchObject({ payload: { n: 2 } });
  });

  it("tells when the next job is due, a running lease included", async () => {
    expect(await queue.nextDue(["a", "b"])).toBeNull();
    await add("k");
    expect((await queue.nextDue(["a", "b"]))!.getTime()).toBeLessThanOrEqual(Date.now() + 1000);
    await claimOne(MINUTE);
    const due = (await queue.nextDue(["a"]))!.getTime() - Date.now();
    expect(due).toBeGreaterThan(MINUTE - 10_000);
    expect(due).toBeLessThanOrEqual(MINUTE + 1000);
  });

  it("takes thousands of jobs in one call", async () => {
    await queue.enqueue(Array.from({ length: 2500 }, (_, n) => ({ kind: "a", payload: { n }, dedupe: String(n) })));
    expect(await queue.claim(["a"], 2000, MINUTE)).toHaveLength(2000);
  });

  it("finds due jobs by its index, however many there are", async () => {
    await db.execute(sql`
      insert into job (id, kind, payload, run_at) select gen_random_uuid(), 'a', '{}', now() - n * interval '1 ms' from generate_series(1, 20000) n`);
    const scans = async () => {
      const { rows } = await db.execute<{ seq: number; index: number }>(sql`
        select (select seq_scan from pg_stat_user_tables where relname = 'job') as seq,
          (select idx_scan from pg_stat_user_indexes where indexrelname = 'job_due') as index`);
      return rows[0] ?? { seq: 0, index: 0 };
    };
    const flush = (on: Database) => on.execute(sql`select pg_stat_force_next_flush()`);
    await flush(db);
    const before = await scans();
    await db.tx(async (tx) => {
      expect(await queue.within(tx).claim(["a", "b"], 10, MINUTE)).toHaveLength(10);
      await queue.within(tx).nextDue(["a", "b"]);
      await flush(tx);
    });
    await expect.poll(async () => (await scans()).index).toBeGreaterThan(before.index);
    expect((await scans()).seq).toBe(before.seq);
  });

  it("enqueues with the commit of the transaction, and wakes only then", async () => {
    let woken = 0;
    const stop = queue.onEnqueue(() => woken++);
    await transact({ db, queue }, async (ctx) => {
      await ctx.queue.enqueue([{ kind: "a", payload: {} }]);
      expect(woken).toBe(0);
    });
    expect(woken).toBe(1);
    const failing = transact({ db, queue }, async (ctx) => {
      await ctx.queue.enqueue([{ kind: "a", payload: {} }]);
      throw new Error("undo");
    });
    await expect(failing).rejects.toThrow("undo");
    expect(woken).toBe(1);
    stop();
    await add(undefined);
    await sleep(10);
    expect(woken).toBe(1);
    expect(await queue.claim(["a"], 10, MINUTE)).toHaveLength(2);
  });
});
