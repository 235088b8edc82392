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

/** What is asked of a table or a column that is itself new asks nothing of the processes before. */
function breaking(statements: readonly string[]): string[] {
  const all = statements.map((statement) => statement.trim().replace(/;$/u, "")).filter((statement) => statement !== "");
  const made = new Set(all.map((statement) => /^CREATE TABLE "(\w+)"/u.exec(statement)?.[1]));
  const added = new Set(all.map((statement) => /^ALTER TABLE ("\w+" ADD COLUMN "\w+")/u.exec(statement)?.[1]));
  return all.filter((statement) => {
    const { table = "", column } = (REFERENCE.exec(statement) ?? NAMED.exec(statement))?.groups ?? {};
    const isOfNew = made.has(table) || (column !== undefined && added.has(`"${table}" ADD COLUMN "${column}"`));
    return !isOfNew && !ADDS.some((adds) => adds.test(statement));
  });
}

describe("the migrations since the last release", () => {
  it("only add, so that its processes go on beside the new ones", () => {
    const migrations = readMigrations();
    expect(migrations.map(({ tag }) => tag)).toContain(BASELINE);
    expect(breaking(migrations.filter(({ tag }) => tag > BASELINE).flatMap(({ statements }) => statements))).toEqual([]);
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
  ])("would be found breaking: %s", (statement) => {
    expect(breaking([statement])).toEqual([statement]);
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
