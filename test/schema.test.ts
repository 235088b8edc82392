import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateDrizzleJson, generateMigration } from "drizzle-kit/api";
import { pgTable, text } from "drizzle-orm/pg-core";
import { describe, expect, it } from "vitest";
import { BASELINE } from "../packages/functions/src/adapters/db-migrate.ts";
import { readMigrations } from "../packages/functions/src/adapters/migrations.ts";

const CORE = fileURLToPath(new URL("../packages/core/", import.meta.url));

describe("the migrations", { timeout: 60_000 }, () => {
  it("lead to the tables as they are declared (else: npx drizzle-kit generate in packages/core)", async () => {
    expect(await missing(await declared())).toEqual([]);
  });

  it("would be found lacking, were a table added", async () => {
    const extra = pgTable("extra", { name: text("name") });
    expect(await missing({ ...(await declared()), extra })).toEqual(['CREATE TABLE "extra" (\n\t"name" text\n);\n']);
  });
});

/** What the processes of the release before, which know nothing of it, can live with. */
const ADDS = [
  /^CREATE TABLE /u,
  /^CREATE INDEX /u,
  /^ALTER TABLE "\w+" ADD COLUMN "\w+" (?!.*NOT NULL)/u,
  /^ALTER TABLE "\w+" ADD COLUMN "\w+" .*DEFAULT .*NOT NULL$/u,
  /^DROP INDEX /u,
];

const NAMED = /^(?:CREATE UNIQUE INDEX "\w+" ON|ALTER TABLE) "(?<table>\w+)"/u;
const REFERENCE = /^ALTER TABLE "(?<table>\w+)" ADD CONSTRAINT "\w+" FOREIGN KEY \("(?<column>\w+)"\)/u;

const UNIQUE = /^CREATE UNIQUE INDEX "(?<name>\w+)" (?<on>ON "(?<table>\w+)" .*?\)) WHERE (?<where>.*)$/u;

/** Whether an index asks less than one of its name that it stands for, or only of rows in which a new column is set. */
function asksNothingMore(statement: string, before: readonly string[], added: ReadonlySet<string | undefined>): boolean {
  const { name, on, table = "", where = "" } = UNIQUE.exec(statement)?.groups ?? {};
  const isNarrower = before.some((old) => {
    const was = UNIQUE.exec(old)?.groups;
    return was?.["name"] === name && was?.["on"] === on && where.startsWith(`${was?.["where"]} and `);
  });
  const set = /"(?<column>\w+)" is not null$/u.exec(where)?.groups?.["column"];
  return isNarrower || (set !== undefined && added.has(`"${table}" ADD COLUMN "${set}"`));
}

/** What is asked of a table or a column that is itself new asks nothing of the processes before. */
function breaking(statements: readonly string[], before: readonly string[] = []): string[] {
  const all = statements.map((statement) => statement.trim().replace(/;$/u, "")).filter((statement) => statement !== "");
  const made = new Set(all.map((statement) => /^CREATE TABLE "(\w+)"/u.exec(statement)?.[1]));
  const added = new Set(all.map((statement) => /^ALTER TABLE ("\w+" ADD COLUMN "\w+")/u.exec(statement)?.[1]));
  return all.filter((statement) => {
    const { table = "", column } = (REFERENCE.exec(statement) ?? NAMED.exec(statement))?.groups ?? {};
    const isOfNew = made.has(table) || (column !== undefined && added.has(`"${table}" ADD COLUMN "${column}"`));
    return !isOfNew && !asksNothingMore(statement, before, added) && !ADDS.some((adds) => adds.test(statement));
  });
}

describe("the migrations since the last release", () => {
  it("only add, so that its processes go on beside the new ones", () => {
    const migrations = readMigrations();
    expect(migrations.map(({ tag }) => tag)).toContain(BASELINE);
    const of = (some: typeof migrations) => some.flatMap(({ statements }) => statements.map((each) => each.trim().replace(/;$/u, "")));
    const since = migrations.filter(({ tag }) => tag > BASELINE);
    expect(breaking(of(since), of(migrations.filter(({ tag }) => tag <= BASELINE)))).toEqual([]);
  });

  it.each([
    'ALTER TABLE "asset" DROP COLUMN "name"',
    'ALTER TABLE "asset" ADD COLUMN "x" text NOT NULL',
    'ALTER TABLE "asset" ALTER COLUMN "name" SET NOT NULL',
    'ALTER TABLE "asset" RENAME COLUMN "name" TO "title"',
    'DROP TABLE "asset"',
    'CREATE UNIQUE INDEX "x" ON "asset" ("name")',
    'ALTER TABLE "asset" ADD CONSTRAINT "x" FOREIGN KEY ("name") REFERENCES "public"."user"("name")',
    "UPDATE asset SET name = ''",
    'CREATE UNIQUE INDEX "x" ON "asset" USING btree ("name") WHERE "asset"."size" is not null',
  ])("would be found breaking: %s", (statement) => {
    expect(breaking([statement])).toEqual([statement]);
  });

  it("may ask less of what they asked before, and no other thing", () => {
    const index = (rule: string) => `CREATE UNIQUE INDEX "x" ON "asset" USING btree ("name") WHERE ${rule}`;
    expect(breaking([index("a and b")], [index("a")])).toEqual([]);
    expect(breaking([index("b")], [index("a")])).toEqual([index("b")]);
  });
});

/** The tables that the domains of core export. */
async function declared(): Promise<Record<string, unknown>> {
  const files = readdirSync(join(CORE, "src"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".sql.ts"));
  const modules: object[] = await Promise.all(files.map((file) => import(join(CORE, "src", file))));
  return Object.assign({}, ...modules);
}

/** The statements that would make a migrated database what these tables are. */
async function missing(tables: Record<string, unknown>): Promise<string[]> {
  const snapshots = readdirSync(join(CORE, "migrations/meta")).filter((file) => file.endsWith("_snapshot.json"));
  const latest = readFileSync(join(CORE, "migrations/meta", snapshots.toSorted().at(-1) ?? ""), "utf8");
  return generateMigration(JSON.parse(latest), generateDrizzleJson(tables));
}
