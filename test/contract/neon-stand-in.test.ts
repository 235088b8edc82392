import { neon, Pool } from "@neondatabase/serverless";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Neon, startNeon } from "../support/neon.ts";

const url = process.env["DATABASE_URL_TEST"];

describe.skipIf(url === undefined)("the stand-in for Neon", () => {
  let standIn: Neon;
  beforeAll(async () => {
    standIn = await startNeon();
  });
  afterAll(async () => standIn.stop());

  it("answers one query over HTTP, with the driver's types", async () => {
    const sql = neon(url!);
    expect(await sql`select ${7}::int as number, ${"ü"} as text, null as nothing`).toEqual([{ number: 7, text: "ü", nothing: null }]);
  });

  it("runs a list of queries over HTTP as one transaction, or none of them", async () => {
    const sql = neon(url!);
    await sql`drop table if exists stand_in`;
    await sql`create table stand_in (n int primary key)`;
    const insert = (n: number) => sql`insert into stand_in values (${n})`;
    await sql.transaction([insert(1), insert(2)], { isolationLevel: "RepeatableRead" });
    await expect(sql.transaction([insert(3), insert(2)])).rejects.toMatchObject({ code: "23505" });
    expect(await sql`select n from stand_in order by n`).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it("keeps a session over a WebSocket", async () => {
    const pool = new Pool({ connectionString: url! });
    const client = await pool.connect();
    await client.query("begin");
    await client.query("set local work_mem = '7MB'");
    expect((await client.query("show work_mem")).rows).toEqual([{ work_mem: "7MB" }]);
    client.release();
    await pool.end();
  });
});
