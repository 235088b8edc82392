import type { Database, NewJob } from "@tintype/core/kernel";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { OpenDatabase } from "../../packages/functions/src/adapters/db-drizzle.ts";
import { openPostgres } from "../../packages/functions/src/adapters/db-postgres.ts";
import { refuseRunning } from "../../packages/functions/src/adapters/db-running.ts";
import { createAnnouncer } from "../../packages/functions/src/adapters/queue-announce.ts";
import { createQueue } from "../../packages/functions/src/adapters/queue-postgres.ts";
import { openFresh } from "../support/databases.ts";
import { silent } from "../support/person.ts";

const server = process.env["DATABASE_URL_TEST"];

describe.skipIf(server === undefined)("jobs that another process enqueues", () => {
  let open: OpenDatabase;
  let announcers: ReturnType<typeof createAnnouncer>[];
  let address = "";
  const heard: Pick<NewJob, "kind" | "runAt">[][] = [[], []];

  beforeAll(async () => {
    open = await openFresh(server ?? "", (url) => openPostgres({ url: (address = url) }));
    announcers = [createAnnouncer({ url: address, log: silent }), createAnnouncer({ url: address, log: silent })];
    listen();
    await vi.waitUntil(async () => (await listeners()) === 2, 10_000);
  });
  afterAll(async () => {
    await Promise.all(announcers.map((announcer) => announcer.close()));
    await open.close();
  });

  const listen = (): void => {
    for (const [i, announcer] of announcers.entries()) announcer.onTold((jobs) => heard[i]?.push(...jobs));
  };
  const waiting = async (db: Database): Promise<unknown> =>
    (
      await db.execute<{ n: number }>(sql`
        select count(*)::int as n from pg_locks join pg_database d on d.oid = database
        where locktype = 'advisory' and not granted and datname = current_database()`)
    ).rows[0]?.n;
  const listeners = async (): Promise<unknown> =>
    (
      await open.db.execute<{ n: number }>(
        sql`select count(*)::int as n from pg_stat_activity where application_name = 'tintype listener' and query like 'listen%' and datname = current_database()`,
      )
    ).rows[0]?.n;

  it("are not listened for while the database is replaced, which is not begun while somebody listens", async () => {
    const alone = (work: (tx: Database) => Promise<unknown>) =>
      open.db.tx(async (tx) => {
        await refuseRunning(tx);
        await work(tx);
      });
    await expect(alone(() => Promise.resolve())).rejects.toThrow("Tintype runs on this database");
    await Promise.all(announcers.map((announcer) => announcer.close()));
    let isReady = false;
    await alone(async (tx) => {
      announcers = [0, 1].map(() => createAnnouncer({ url: address, log: silent }));
      for (const { ready } of announcers) void ready.then(() => (isReady = true));
      await vi.waitUntil(async () => (await waiting(tx)) === 2, 10_000);
      expect(isReady).toBe(false);
    });
    await Promise.all(announcers.map(({ ready }) => ready));
    listen();
  });

  it("are heard of by the others, the first of each kind, and not by itself", async () => {
    const queue = createQueue(open.db, announcers[0]);
    const runAt = new Date("2026-11-29T12:00:00Z");
    await queue.enqueue([
      { kind: "later", payload: {}, runAt: new Date("2026-11-29T13:00:00Z") },
      { kind: "later", payload: {}, runAt },
      { kind: "now", payload: {} },
    ]);
    await expect.poll(() => heard[1]).toHaveLength(2);
    expect(heard[1]).toEqual(expect.arrayContaining([{ kind: "later", runAt: expect.any(Date) }, { kind: "now" }]));
    const told = heard[1]?.find(({ kind }) => kind === "later")?.runAt;
    expect(Math.abs((told?.getTime() ?? 0) - runAt.getTime())).toBeLessThan(1000);
    expect(heard[0]).toEqual([]);
  });

  it("are heard of when their transaction commits, and never when it does not", async () => {
    heard[1] = [];
    const queue = createQueue(open.db, announcers[0]);
    const failed = open.db.tx(async (tx) => {
      await queue.within(tx).enqueue([{ kind: "rolled back", payload: {} }]);
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    await open.db.tx((tx) => queue.within(tx).enqueue([{ kind: "committed", payload: {} }]));
    await expect.poll(() => heard[1]).toEqual([{ kind: "committed" }]);
  });

  it("are heard of once while they wait, and once more for the end of the lease of who works on them", async () => {
    heard[1] = [];
    const queue = createQueue(open.db, announcers[0]);
    const twin = { kind: "twin", payload: {}, dedupe: "k" };
    for (let n = 0; n < 3; n++) await queue.enqueue([twin]);
    await queue.enqueue([{ ...twin, runAt: new Date(Date.now() + 60_000) }]);
    const [claimed] = await queue.claim(["twin"], 1, 60_000);
    for (let n = 0; n < 3; n++) await queue.enqueue([twin]);
    await queue.done(claimed!);
    await queue.enqueue([twin]);
    await queue.enqueue([{ kind: "last", payload: {} }]);
    await expect.poll(() => heard[1]?.at(-1)).toEqual({ kind: "last" });
    const inMs = heard[1]?.map(({ kind, runAt }) => [kind, runAt ? Math.round((runAt.getTime() - Date.now()) / 10_000) : 0]);
    expect(inMs).toEqual([
      ["twin", 0],
      ["twin", 6],
      ["last", 0],
    ]);
  });

  it("are heard of again after the connection broke", { timeout: 30_000 }, async () => {
    heard[1] = [];
    await open.db.execute(sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tintype listener'`);
    await expect.poll(listeners, { timeout: 15_000 }).toBe(2);
    await createQueue(open.db, announcers[0]).enqueue([{ kind: "after", payload: {} }]);
    await expect.poll(() => heard[1]).toEqual([{ kind: "after" }]);
  });
});
