import { setTimeout as sleep } from "node:timers/promises";
import { user } from "@tintype/core/account/table";
import { asset } from "@tintype/core/asset/table";
import { type Database, isUniqueViolation, newId } from "@tintype/core/kernel";
import { setting } from "@tintype/core/kernel/table";
import { and, asc, count, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { OpenDatabase } from "../../packages/functions/src/adapters/db-drizzle.ts";
import { DATABASES } from "../support/databases.ts";

describe.each(DATABASES)("the Database on $name", { timeout: 60_000 }, ({ open }) => {
  let database: OpenDatabase;
  let db: Database;

  beforeAll(async () => {
    database = await open();
    db = database.db;
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await db.delete(user);
    await db.delete(setting);
  });

  const set = (on: Database, name: string, value: unknown = 1) => on.insert(setting).values({ name, value });
  const names = async (on: Database = db) => (await on.select().from(setting).orderBy(asc(setting.name))).map(({ name }) => name);

  it("gives back every kind of value as it was given", async () => {
    const ownerId = newId();
    await db.insert(user).values({ id: ownerId, name: "Änne 😀", email: "a@b.example", handle: "anne", emailVerified: true });
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const row = {
      id: newId(),
      ownerId,
      state: "ready",
      kind: "photo",
      name: "IMG_0001 \\ ' \" %s.jpg",
      key: "library/anne/2026/11/a.jpg",
      etag: "e",
      size: 5_497_558_138_881,
      type: "image/jpeg",
      sha256: bytes,
      sha1: new Uint8Array(),
      localAt: "1999-12-31T23:59:59.123",
      offsetMinutes: -90,
      takenAt: new Date("2026-03-29T01:30:00.456Z"),
      latitude: 38.707_750_000_000_004,
      longitude: -9.136_59,
      exif: { make: "Ä", keywords: ["a", 'b \\" c'], iso: 100, partial: false },
      provenance: { localAt: "DateTimeOriginal" },
      favourite: true,
    } as const;
    await db.insert(asset).values({ ...row, exif: { ...row.exif, keywords: [...row.exif.keywords] } });
    const [back] = await db.select().from(asset).where(eq(asset.sha256, bytes));
    expect(back).toMatchObject(row);
    expect([back?.sha256.constructor, back?.takenAt?.constructor, back?.description, back?.width]).toEqual([Uint8Array, Date, null, null]);
    const [owner] = await db
      .select()
      .from(user)
      .where(and(eq(user.emailVerified, true), eq(user.name, "Änne 😀")));
    expect(owner?.createdAt.getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(owner?.createdAt.getTime()).toBeLessThan(Date.now() + 60_000);
  });

  it("keeps a wall clock that no zone has, and orders by it", async () => {
    const ownerId = newId();
    await db.insert(user).values({ id: ownerId, name: "a", email: "a@b.example", handle: "a" });
    const clocks = ["2026-03-29T02:30:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59"];
    const common = {
      ownerId,
      state: "ready",
      kind: "photo",
      name: "a",
      etag: "e",
      size: 1,
      type: "image/jpeg",
      sha1: Uint8Array.of(1),
    } as const;
    const rows = clocks.map((localAt, i) => ({ ...common, id: newId(), key: `k${i}`, sha256: Uint8Array.of(i), localAt }));
    await db.insert(asset).values(rows);
    const back = await db.select({ localAt: asset.localAt }).from(asset).orderBy(asc(asset.localAt));
    expect(back.map(({ localAt }) => localAt)).toEqual(clocks.toSorted());
  });

  it.each([[{ a: [1, "2", null, { b: true }] }], ["text"], ["5"], [5], [false], [[]], [{}]])("keeps %j as JSON", async (value) => {
    await set(db, "json", value);
    expect(await db.select({ value: setting.value }).from(setting)).toEqual([{ value }]);
  });

  it("gives raw statements' values in the same types", async () => {
    const { rows, rowCount } = await db.execute(sql`
      select count(*) as n, 9007199254740993 as big, 1.50::numeric as exact, 0.1::float8 as float, true as yes, null as none,
        decode('00ff', 'hex') as bytes, '2026-11-24 01:02:03'::timestamp as clock, '2026-11-24'::date as day,
        array['a', null, 'b"c'] as texts, array[1, 2] as numbers, '{"a": 1}'::jsonb as json
      from setting`);
    expect(rowCount).toBe(1);
    expect(rows).toEqual([
      {
        n: 0,
        big: 9_007_199_254_740_993n,
        exact: "1.50",
        float: 0.1,
        yes: true,
        none: null,
        bytes: Uint8Array.of(0, 255),
        clock: "2026-11-24 01:02:03",
        day: "2026-11-24",
        texts: ["a", null, 'b"c'],
        numbers: [1, 2],
        json: { a: 1 },
      },
    ]);
  });

  it("takes arrays, dates, bytes and booleans as parameters of raw statements", async () => {
    const at = new Date("2026-11-24T01:02:03Z");
    const { rows } = await db.execute(sql`
      select ${sql.param(["a", 'b"\\c', null])}::text[] as texts, ${sql.param([1, 2])}::int[] as numbers,
        extract(epoch from ${sql.param(at)}::timestamptz)::int as at, ${sql.param(Uint8Array.of(0, 9))}::bytea as bytes, ${true}::bool as yes`);
    expect(rows).toEqual([
      { texts: ["a", 'b"\\c', null], numbers: [1, 2], at: at.getTime() / 1000, bytes: Uint8Array.of(0, 9), yes: true },
    ]);
  });

  it("counts the rows that a statement changed", async () => {
    expect((await set(db, "a")).rowCount).toBe(1);
    await set(db, "b");
    expect((await db.update(setting).set({ value: 2 })).rowCount).toBe(2);
    expect((await db.delete(setting).where(eq(setting.name, "none"))).rowCount).toBe(0);
    expect(await db.select({ n: count() }).from(setting)).toEqual([{ n: 2 }]);
  });

  it("tells a unique violation, by its constraint, and leaks no parameters", async () => {
    await set(db, "twice", "secret-1");
    const error: unknown = await set(db, "twice", "secret-2").then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect([isUniqueViolation(error), isUniqueViolation(error, "setting_pkey"), isUniqueViolation(error, "other")]).toEqual([
      true,
      true,
      false,
    ]);
    expect(String(error)).not.toContain("secret");
  });

  it.each([
    ["53100", "storage_full"],
    ["53200", "database_unavailable"],
    ["53300", "database_unavailable"],
  ])("tells what the server has run out of (%s) as %s, and goes on afterwards", async (state, code) => {
    const run = (on: Database) => on.execute(sql.raw(`do $$ begin raise exception 'spent' using errcode = '${state}'; end $$`));
    await expect(run(db)).rejects.toMatchObject({ name: "AppError", code });
    await expect(db.tx(run)).rejects.toMatchObject({ name: "AppError", code });
    await set(db, "still here");
    expect(await names()).toEqual(["still here"]);
  });

  describe("a transaction", () => {
    it("is all or nothing", async () => {
      const failing = db.tx(async (tx) => {
        await set(tx, "a");
        await set(tx, "b");
        throw new Error("changed my mind");
      });
      await expect(failing).rejects.toThrow("changed my mind");
      expect(await names()).toEqual([]);
      const result = await db.tx(async (tx) => {
        await set(tx, "a");
        await set(tx, "b");
        return "done";
      });
      expect([result, await names()]).toEqual(["done", ["a", "b"]]);
    });

    it("is seen by nobody before its commit, and lets no statement from outside slip in", async () => {
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      const failing = db.tx(async (tx) => {
        await set(tx, "inside");
        await held;
        throw new Error("undo");
      });
      // On one connection the outside waits for the transaction; on several it goes on beside it. It must not become part of it.
      const outside = set(db, "outside");
      await sleep(50);
      release();
      await expect(failing).rejects.toThrow("undo");
      await outside;
      expect(await names()).toEqual(["outside"]);
    });

    it("does not lose an update to another at the same time", async () => {
      await set(db, "counter", 0);
      const add = () =>
        db.tx(async (tx) => {
          const [row] = await tx.select().from(setting).where(eq(setting.name, "counter")).for("update");
          await tx.update(setting).set({ value: Number(row?.value) + 1 });
        });
      await Promise.all(Array.from({ length: 20 }, add));
      expect(await db.select({ value: setting.value }).from(setting)).toEqual([{ value: 20 }]);
    });

    it("nests as a savepoint: an inner failure undoes the inner part only", async () => {
      await db.tx(async (tx) => {
        await set(tx, "outer");
        await expect(
          tx.tx(async (inner) => {
            await set(inner, "inner");
            await set(inner, "outer");
          }),
        ).rejects.toSatisfy((error) => isUniqueViolation(error));
        await tx.tx(async (inner) => {
          await set(inner, "second");
          await inner.tx((innermost) => set(innermost, "third"));
        });
      });
      expect(await names()).toEqual(["outer", "second", "third"]);
    });

    it("runs inner transactions that are started together one after another", async () => {
      await db.tx(async (tx) => {
        const inner = (name: string, fail: boolean) =>
          tx.tx(async (own) => {
            await set(own, name);
            await sleep(5);
            if (fail) throw new Error(name);
          });
        const ended = await Promise.allSettled([inner("a", false), inner("b", true), inner("c", false)]);
        expect(ended.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      });
      expect(await names()).toEqual(["a", "c"]);
    });

    it("fails when a statement in it failed, even if the error was swallowed", async () => {
      await set(db, "taken");
      const swallowing = db.tx(async (tx) => {
        await set(tx, "new");
        await set(tx, "taken").catch(() => undefined);
      });
      await expect(swallowing).rejects.toSatisfy((error) => isUniqueViolation(error));
      expect(await names()).toEqual(["taken"]);
    });

    it("is over when its work is: a statement that was not awaited throws and changes nothing", async () => {
      const kept = await db.tx((tx) => Promise.resolve([tx]));
      await expect(set(kept[0]!, "late")).rejects.toThrow("over");
      await expect(kept[0]!.tx((inner) => set(inner, "late"))).rejects.toThrow("over");
      expect(await names()).toEqual([]);
    });

    it("refuses the outer database within its work: that would write beside it, or wait for itself for ever", async () => {
      await expect(db.tx(() => set(db, "beside"))).rejects.toThrow("outer database");
      await expect(db.tx(() => db.tx((tx) => set(tx, "beside")))).rejects.toThrow("outer database");
      expect(await names()).toEqual([]);
    });

    it("runs at READ COMMITTED", async () => {
      const level = await db.tx((tx) => tx.execute<{ level: string }>(sql`select current_setting('transaction_isolation') as level`));
      expect(level.rows).toEqual([{ level: "read committed" }]);
    });

    it("calls its hooks after the outermost commit, in order, and not after a rollback", async () => {
      const told: string[] = [];
      await db.tx(async (tx) => {
        tx.afterCommit(() => told.push("first"));
        await tx.tx(async (inner) => inner.afterCommit(() => told.push("second")));
        await tx
          .tx(async (inner) => {
            inner.afterCommit(() => told.push("undone"));
            throw new Error("undo");
          })
          .catch(() => undefined);
        await set(tx, "a");
        expect(told).toEqual([]);
      });
      expect(told).toEqual(["first", "second"]);
      await new Promise<void>((resolve) => db.afterCommit(resolve));
    });

    it("leaves the database usable after many failures", async () => {
      const failures = Array.from({ length: 30 }, () => db.tx((tx) => tx.execute(sql`select 1 / 0`)));
      const ended = await Promise.allSettled(failures);
      expect(ended.every(({ status }) => status === "rejected")).toBe(true);
      await set(db, "still here");
      expect(await names()).toEqual(["still here"]);
    });
  });
});
