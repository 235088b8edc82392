import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { neonConfig } from "@neondatabase/serverless";
import type { Database } from "@tintype/core/kernel";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openNeon } from "../../packages/functions/src/adapters/db-neon.ts";
import { neonDriver } from "../../packages/functions/src/adapters/db-neon-driver.ts";
import { type Gate, startGate } from "../support/gate.ts";
import { type Neon, NEON_HOST, startNeon } from "../support/neon.ts";

const url = process.env["DATABASE_URL_TEST"];
const LIMITS = { connectMs: 700, answerMs: 1000 };
const UNAVAILABLE = { code: "database_unavailable" };
const statement = { sql: "select 7", params: [], rowMode: "array" } as const;

describe.skipIf(url === undefined)("a line to Neon that swallows everything", { timeout: 10_000 }, () => {
  let neon: Neon;
  let gate: Gate;
  let db: Database;
  beforeAll(async () => {
    neon = await startNeon();
  });
  afterAll(() => neon.stop());
  beforeEach(async () => {
    gate = await startGate(Number(new URL(neon.origin).port));
    const host = `127.0.0.1:${gate.port}`;
    Object.assign(neonConfig, { fetchEndpoint: `http://${host}/sql`, wsProxy: `${host}/v2` });
    ({ db } = await openNeon({ url: url!, ...LIMITS }));
  });
  afterEach(() => gate.close());

  /** How long it took to be told that the database is away. */
  const refusedIn = async (work: Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await expect(work).rejects.toMatchObject(UNAVAILABLE);
    return performance.now() - start;
  };
  const one = (on: Database) => on.execute(sql`select 1 as n`).then(({ rows }) => rows);

  it("fails what is asked by itself, and what is read together, when its time is over", async () => {
    gate.swallow();
    expect(await refusedIn(one(db))).toBeLessThan(1_800);
    expect(await refusedIn(db.together((inside) => [one(inside), one(inside)]))).toBeLessThan(1_800);
  });

  it("fails a transaction for which there is no connection, and another one works when it is open again", async () => {
    gate.swallow();
    expect(await refusedIn(db.tx(one))).toBeLessThan(1_800);
    gate.open();
    expect(await db.tx(one)).toEqual([{ n: 1 }]);
  });

  it("fails a transaction in the middle, once: its rollback is not waited for", async () => {
    const asked = async (tx: Database) => {
      expect(await one(tx)).toEqual([{ n: 1 }]);
      gate.swallow();
      await one(tx);
    };
    expect(await refusedIn(db.tx(asked))).toBeLessThan(1_800);
  });

  it("says of a commit that was not answered neither that it is done nor that it cannot be", async () => {
    const told: string[] = [];
    const asked = async (tx: Database) => {
      tx.afterCommit(() => told.push("done"));
      await one(tx);
      gate.swallow();
    };
    expect(await refusedIn(db.tx(asked))).toBeLessThan(1_800);
    expect(told).toEqual([]);
  });

  it("does not keep from its answer whoever has it already, when the connection does not end", async () => {
    const result = await neonDriver(url!, undefined, LIMITS).session(async (run) => {
      const { rows } = await run(statement);
      gate.swallow();
      return rows;
    });
    expect(result).toEqual([[7]]);
  });
});

it("an answer of Neon's that breaks off in its midst is an outage", async () => {
  const server = createServer((request, response) => {
    response.writeHead(200, { "content-length": "1000" }).write('{"fields":');
    request.resume().once("end", () => setTimeout(() => response.destroy(), 50));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { fetchEndpoint } = neonConfig;
  Object.assign(neonConfig, { fetchEndpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sql` });
  await expect(neonDriver(`postgres://u:p@${NEON_HOST}/db`).run(statement)).rejects.toMatchObject(UNAVAILABLE);
  Object.assign(neonConfig, { fetchEndpoint });
  server.close();
});
