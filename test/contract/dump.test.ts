import { user } from "@tintype/core/account/table";
import { asset } from "@tintype/core/asset/table";
import { newId } from "@tintype/core/kernel";
import { eq, sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OpenDatabase } from "../../packages/functions/src/adapters/db-drizzle.ts";
import { type DumpedRows, dump, load } from "../../packages/functions/src/adapters/db-dump.ts";
import { TABLES } from "../../packages/functions/src/adapters/db-tables.ts";
import { openPostgres } from "../../packages/functions/src/adapters/db-postgres.ts";
import { readMigrations } from "../../packages/functions/src/adapters/migrations.ts";
import { openFresh } from "../support/databases.ts";
import { addAsset, systemOn } from "../support/person.ts";

const migrations = readMigrations();

type Dumped = { made: readonly string[]; rows: readonly DumpedRows[] };

async function dumped({ db }: OpenDatabase): Promise<Dumped> {
  const rows: DumpedRows[] = [];
  let made: readonly string[] = [];
  await dump(db, {
    head: async (tags) => void (made = tags),
    rows: async (some) => void rows.push(some),
  });
  return { made, rows };
}

function loaded({ db }: OpenDatabase, { made, rows }: Dumped): Promise<void> {
  const given = async function* () {
    yield* rows;
  };
  return load(db, { made, rows: given(), migrations });
}

/** Only where there is a Postgres (see global.ts): nothing else is backed up by a dump. */
const server = process.env["DATABASE_URL_TEST"];

describe.skipIf(server === undefined)("a dump of Postgres", { timeout: 60_000 }, () => {
  let from: OpenDatabase;
  let to: OpenDatabase;
  let whole: Dumped;

  const open = (): Promise<OpenDatabase> => openFresh(server ?? "", (url) => openPostgres({ url }));

  beforeEach(async () => {
    [from, to] = await Promise.all([open(), open()]);
    await from.db.insert(user).values({ id: newId(), name: "Anna", email: "anna@example.com", handle: "anna" });
    whole = await dumped(from);
    await to.db.execute(sql`create table cloud_files (id int primary key, name text)`);
    await to.db.execute(sql`insert into cloud_files values (1, 'wedding')`);
  });
  afterEach(() => Promise.all([from.close(), to.close()]));

  const people = async () => (await to.db.select({ handle: user.handle }).from(user)).map(({ handle }) => handle);
  const theirs = async () => (await to.db.execute(sql`select name from cloud_files`)).rows;

  it("knows all tables that the migrations make, and which come first", async () => {
    const { rows } = await from.db.execute<{ name: string; refers: string[] }>(sql`
      select c.relname as name, coalesce(array_agg(f.relname) filter (where f.relname is not null), '{}')::text[] as refers
      from pg_class c
      left join pg_constraint k on k.conrelid = c.oid and k.contype = 'f'
      left join pg_class f on f.oid = k.confrelid
      where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' group by c.relname`);
    expect(rows.map(({ name }) => name).toSorted()).toEqual(TABLES.toSorted());
    // Of the one table that refers to itself the rows are in order: see below.
    const before = (name: string) => [...TABLES.slice(0, TABLES.indexOf(name)), ...(name === "asset" ? [name] : [])];
    for (const { name, refers } of rows) expect(before(name)).toEqual(expect.arrayContaining(refers));
  });

  it("holds a reference behind the photo that it refers to, whatever the order in which they lie", async () => {
    const [{ id: ownerId } = { id: "" }] = await from.db.select({ id: user.id }).from(user);
    const system = systemOn(from.db);
    const sourceId = newId();
    await addAsset(system, ownerId, "2026-01-01T00:00:00", { id: sourceId });
    await addAsset(system, ownerId, "2026-01-01T00:00:00", { sourceId, sourceKey: "library/x/a.jpg" });
    // An update puts a row behind the others.
    await from.db.update(asset).set({ rating: 3 }).where(eq(asset.id, sourceId));
    await loaded(to, await dumped(from));
    expect((await to.db.select({ sourceId: asset.sourceId }).from(asset)).length).toBe(2);
  });

  it("of a database that is shared holds our tables alone, and put into a shared one it leaves the others' alone", async () => {
    await from.db.execute(sql`create table cloud_files (id int primary key, name text)`);
    await from.db.execute(sql`insert into cloud_files values (2, 'secret')`);
    whole = await dumped(from);
    expect(JSON.stringify(whole)).not.toMatch(/cloud_files|secret/u);
    await loaded(to, whole);
    expect(await people()).toEqual(["anna"]);
    expect(await theirs()).toEqual([{ name: "wedding" }]);
  });

  it.each([
    ["a table", sql`create table cloud_share (id int, who uuid constraint cloud_who references "user")`, /cloud_who on table cloud_share/u],
    ["a view", sql`create view cloud_people as select name from "user"`, /view cloud_people/u],
  ])("is refused where %s of another program refers to ours, by name; nothing is changed", async (_, statement, name) => {
    await to.db.execute(statement);
    await expect(loaded(to, whole)).rejects.toMatchObject({ name: "AppError", code: "conflict", message: expect.stringMatching(name) });
    expect(await people()).toEqual([]);
    expect(await theirs()).toEqual([{ name: "wedding" }]);
  });

  it("is refused where another program has a table with a name of ours", async () => {
    await to.db.execute(sql`drop table ${sql.join(TABLES.map(sql.identifier), sql`, `)}`);
    await to.db.execute(sql`create table "user" (id int)`);
    await to.db.execute(sql`create table migration (version int)`);
    await to.db.execute(sql`insert into migration values (7)`);
    await expect(loaded(to, whole)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("migration, user") });
    expect((await to.db.execute(sql`select version from migration`)).rows).toEqual([{ version: 7 }]);
  });

  it("with rows of a table that is not ours is refused, and nothing is changed", async () => {
    const rows = [...whole.rows, { table: "cloud_files", rows: '[{"id":2,"name":"x"}]', count: 1 }];
    await expect(loaded(to, { ...whole, rows })).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("cloud_files"),
    });
    expect(await theirs()).toEqual([{ name: "wedding" }]);
    expect(await people()).toEqual([]);
  });
});
