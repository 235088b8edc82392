import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateDrizzleJson, generateMigration } from "drizzle-kit/api";
import { pgTable, text } from "drizzle-orm/pg-core";
import { describe, expect, it } from "vitest";

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
