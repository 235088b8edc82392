import type { Database } from "@tintype/core/kernel";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OpenDatabase } from "../../packages/functions/src/adapters/db-drizzle.ts";
import { migrate } from "../../packages/functions/src/adapters/db-migrate.ts";
import { readMigrations } from "../../packages/functions/src/adapters/migrations.ts";
import { DATABASES } from "../support/databases.ts";

describe.each(DATABASES)("migrations on $name", { timeout: 60_000 }, ({ open }) => {
  let database: OpenDatabase;
  let db: Database;

  beforeAll(async () => {
    database = await open();
    db = database.db;
  });
  afterAll(() => database.close());

  const migrations = readMigrations();

  it("are not applied twice, whoever starts together", async () => {
    const extra = { tag: "9999_extra", hash: "x", statements: ["create table extra (id int)", "insert into extra values (1)"] };
    const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(db, [...migrations, extra])));
    expect(applied.flat()).toEqual(["9999_extra"]);
    expect((await db.execute(sql`select id from extra`)).rows).toEqual([{ id: 1 }]);
    await db.execute(sql`drop table extra`);
    await db.execute(sql`delete from migration where tag = '9999_extra'`);
  });

  it("are all undone when one fails", async () => {
    const good = { tag: "9998_good", hash: "x", statements: ["create table good (id int)"] };
    const bad = { tag: "9999_bad", hash: "x", statements: ["create table bad (id int)", "select 1 / 0"] };
    await expect(migrate(db, [...migrations, good, bad])).rejects.toThrow("division by zero");
    const { rows } = await db.execute(sql`select to_regclass('good') as good, to_regclass('bad') as bad`);
    expect(rows).toEqual([{ good: null, bad: null }]);
  });

  it("of the next version, which only add to what this one knows, do not keep this one from starting", async () => {
    const next = { tag: "9999_next", hash: "x", statements: ["create table next (id int)"] };
    expect(await migrate(db, [...migrations, next])).toEqual(["9999_next"]);
    expect(await migrate(db, migrations)).toEqual([]);
    await expect(migrate(db, migrations.slice(0, 3))).rejects.toMatchObject({ code: "conflict" });
    await db.execute(sql`drop table next`);
    await db.execute(sql`delete from migration where tag = '9999_next'`);
  });

  it("of another version, and of one that is newer than the next, are refused", async () => {
    const [first, ...rest] = migrations;
    await expect(migrate(db, [{ ...first!, hash: "other" }, ...rest])).rejects.toMatchObject({ name: "AppError", code: "conflict" });
    const beyond = { tag: "9999_beyond", hash: "x", statements: ["select 1"] };
    await migrate(db, [...migrations, { ...beyond, tag: "9998_between" }, beyond], "9998_between");
    await expect(migrate(db, migrations)).rejects.toMatchObject({ code: "conflict" });
    await db.execute(sql`delete from migration where tag like '999%'`);
    await expect(migrate(db, [])).rejects.toMatchObject({ code: "conflict" });
    expect(await migrate(db, migrations)).toEqual([]);
  });
});
