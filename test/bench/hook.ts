import { Agent, request } from "node:http";
import { job } from "@tintype/core/kernel/table";
import { MINIO_BODIES } from "@tintype/test/messages";
import { sql } from "drizzle-orm";
import { hookToken } from "../../packages/functions/src/adapters/derived-token.ts";
import { openPostgres } from "../../packages/functions/src/adapters/db-postgres.ts";
import { setup as buildWeb } from "../support/build.ts";
import { freePort, startPostgres } from "../support/postgres.ts";
import { startProgram } from "../support/program.ts";
import { median, type Report } from "./report.ts";

export const name = "hook";

const SECRET = "a-secret-of-the-hook-bench";
const GOAL = 2000;
const SECONDS = 5;
const ROUNDS = 3;
/** MinIO sends one message at a time for each target and server; a store of many servers sends as many. */
const PARALLEL = [1, 4, 16, 64];

/**
 * Hints that our process has put into the queue of a Postgres that syncs to the disk, before it answered: real messages of MinIO, each of another
 * key.
 */
export async function run(report: Report): Promise<void> {
  buildWeb();
  const postgres = await startPostgres({ fsync: true });
  if (!postgres) return;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram({ entry: "node", env: settings(url, port, postgres.url) });
  const { db, close } = await openPostgres({ url: postgres.url });
  try {
    for (const parallel of PARALLEL) {
      const rates: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const { sent, seconds } = await flood(`${url}/api/hooks/store`, parallel, `${parallel}-${round}`);
        const { rows } = await db.execute<{ count: number }>(sql`select count(*)::int as count from ${job} where kind = 'ingest'`);
        if (rows[0]?.count !== sent) throw new Error(`${sent} messages were answered, ${rows[0]?.count} hints are queued`);
        await db.delete(job);
        rates.push(sent / seconds);
      }
      report.figure({
        what: `hints durably queued, ${parallel} at a time`,
        value: median(rates),
        unit: "/s",
        runs: ROUNDS,
        spread: [Math.min(...rates), Math.max(...rates)],
        ...(parallel === PARALLEL.at(-1) && { goal: { atLeast: GOAL } }),
      });
    }
  } finally {
    await close();
    await program.stop();
    await postgres.stop();
  }
}

/** A process that serves and works on nothing: there is no store. */
function settings(url: string, port: number, database: string): Record<string, string> {
  return {
    PUBLIC_URL: url,
    PORT: `127.0.0.1:${port}`,
    ROLE: "api",
    DATABASE_URL: database,
    S3_ENDPOINT: "http://127.0.0.1:9",
    S3_BUCKET: "photos",
    S3_ACCESS_KEY_ID: "hook-bench-access-key",
    S3_SECRET_ACCESS_KEY: SECRET,
  };
}

/** Sends for some seconds, `parallel` at a time, each on its own connection. */
async function flood(url: string, parallel: number, label: string): Promise<{ sent: number; seconds: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: parallel });
  const began = performance.now();
  let sent = 0;
  const sender = async (): Promise<void> => {
    while (performance.now() - began < SECONDS * 1000) await post(agent, url, MINIO_BODIES[2].replaceAll("plain", `${label}-${sent++}`));
  };
  await Promise.all(Array.from({ length: parallel }, sender));
  agent.destroy();
  return { sent, seconds: (performance.now() - began) / 1000 };
}

function post(agent: Agent, url: string, body: string): Promise<void> {
  const headers = {
    authorization: `Bearer ${hookToken(SECRET)}`,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const sending = request(url, { agent, method: "POST", headers }, (answer) => {
      answer.resume();
      answer.once("end", () => {
        if (answer.statusCode === 204) resolve();
        else reject(new Error(`answered ${answer.statusCode}`));
      });
    });
    sending.once("error", reject);
    sending.end(body);
  });
}
