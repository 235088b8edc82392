import { setTimeout as sleep } from "node:timers/promises";
import { neonConfig } from "@neondatabase/serverless";
import type { Database } from "@tintype/core/kernel";
import { setting } from "@tintype/core/kernel/table";
import { asc, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { OpenDatabase } from "../../packages/functions/src/adapters/db-drizzle.ts";
import { openNeon } from "../../packages/functions/src/adapters/db-neon.ts";
import { DATABASES } from "../support/databases.ts";
import { startNeon } from "../support/neon.ts";

const set = (on: Database, name: string, value: unknown = 1) => on.insert(setting).values({ name, value });
const namesIn = async (on: Database) => (await on.select().from(setting).orderBy(asc(setting.name))).map(({ name }) => name);

describe.each(DATABASES)("reads together on $name", { timeout: 60_000 }, ({ open }) => {
  let database: OpenDatabase;
  let db: Database;

  beforeAll(async () => {
    database = await open();
    db = database.db;
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await db.delete(setting);
  });

  const names = (on: Database = db) => namesIn(on);

  it("give each its own answer, in their order, and what they ask further as well", async () => {
    await set(db, "a", 1);
    await set(db, "b", 2);
    const valueOf = async (on: Database, name: string) => (await on.select().from(setting).where(eq(setting.name, name)))[0]?.value;
    const answers = await db.together((inside) => [
      valueOf(inside, "b"),
      inside.execute<{ n: number }>(sql`select count(*) as n from setting`).then(({ rows }) => rows[0]?.n),
      valueOf(inside, "a").then(async (first) => [first, await valueOf(inside, "b")]),
      inside.together((same) => [valueOf(same, "a"), names(same)]),
    ]);
    expect(answers).toEqual([2, 2, [1, 2], [1, ["a", "b"]]]);
  });

  it("write nothing", async () => {
    await expect(db.together((inside) => [set(inside, "written")])).rejects.toMatchObject({ code: "25006" });
    await expect(db.together((inside) => [names(inside), inside.tx((tx) => set(tx, "written"))])).rejects.toThrow("single statements");
    expect(await names()).toEqual([]);
  });

  it("fail with the one that fails, and leave the database usable", async () => {
    await expect(db.together((inside) => [names(inside), inside.execute(sql`select 1 / 0`)])).rejects.toMatchObject({ code: "22012" });
    expect(await db.together((inside) => [names(inside)])).toEqual([[]]);
  });

  it("see what a transaction has written, within it", async () => {
    await db.tx(async (tx) => {
      await set(tx, "mine");
      expect(await tx.together((inside) => [names(inside), names(inside)])).toEqual([["mine"], ["mine"]]);
    });
  });
});

// PGlite has one connection: nothing comes between.
const OTHERS = DATABASES.filter(({ name }) => name !== "PGlite");

it.each(OTHERS)("reads together on $name are of one moment, whatever is committed between them", { timeout: 60_000 }, async ({ open }) => {
  const { db, close } = await open();
  onTestFinished(close);
  await db.delete(setting);
  const lock = (on: Database) => on.execute(sql`select pg_advisory_xact_lock(7)`);
  const count = (on: Database) => on.execute<{ n: number }>(sql`select count(*)::int as n from setting`).then(({ rows }) => rows[0]?.n);
  const isAwaited = async (on: Database) =>
    (await on.execute(sql`select 1 from pg_locks where locktype = 'advisory' and not granted`)).rows.length > 0;
  let writing: Promise<void> | undefined;
  await new Promise<void>((resolve) => {
    writing = db.tx(async (tx) => {
      await lock(tx);
      resolve();
      // Who waits for the lock has read before.
      while (!(await isAwaited(tx))) await sleep(10);
      await set(tx, "between");
    });
  });
  const [before, , after] = await db.together((inside) => [count(inside), lock(inside).then(() => undefined), count(inside)]);
  await writing;
  expect([before, after, await namesIn(db)]).toEqual([0, 0, ["between"]]);
});

const url = process.env["DATABASE_URL_TEST"];

it.skipIf(url === undefined)("reads together are one request to Neon, however many they are", async () => {
  const neon = await startNeon();
  const { db } = await openNeon({ url: url! });
  // Nor is there a connection for them.
  const { webSocketConstructor } = neonConfig;
  Object.assign(neonConfig, { webSocketConstructor: undefined });
  const one = (on: Database) => on.execute<{ n: number }>(sql`select 1 as n`).then(({ rows }) => rows[0]?.n);
  expect(await db.together((inside) => [one(inside), one(inside), inside.together((same) => [one(same), one(same)])])).toEqual([
    1,
    1,
    [1, 1],
  ]);
  expect(neon.asked()).toBe(1);
  Object.assign(neonConfig, { webSocketConstructor });
  await neon.stop();
});
