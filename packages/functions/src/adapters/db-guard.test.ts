import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Result } from "./db-drizzle.ts";
import { guard } from "./db-guard.ts";

const nothing: Result = { rows: [], rowCount: 0 };
const statement = { sql: "select 1", params: [], rowMode: "array" } as const;

describe("the guard of the outer database", () => {
  const open = () => guard({ run: async () => nothing, session: (work) => work(async () => nothing) });

  it("lets statements and transactions through", async () => {
    const driver = open();
    expect(await driver.run(statement)).toBe(nothing);
    expect(await driver.session((run) => run(statement))).toBe(nothing);
  });

  it("throws inside a transaction, however deep in its work", async () => {
    const driver = open();
    const deep = async () => {
      await sleep(1);
      return driver.run(statement);
    };
    await expect(driver.session(deep)).rejects.toThrow("outer database");
    await expect(driver.session(() => driver.session(async () => 1))).rejects.toThrow("outer database");
  });

  it("knows its own database only", async () => {
    const other = open();
    expect(await open().session(() => other.run(statement))).toBe(nothing);
  });

  it("lets go when the transaction is over, also for what was started inside", async () => {
    const driver = open();
    let later: Promise<Result> | undefined;
    await driver.session(async () => {
      later = sleep(10).then(() => driver.run(statement));
    });
    expect(await later).toBe(nothing);
  });
});
