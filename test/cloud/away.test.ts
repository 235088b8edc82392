import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FRONT_HEADER } from "../../packages/functions/src/api/front-token.ts";
import { createClient, OWNER } from "../support/client.ts";
import { type Cloud, hasSqs, startCloud } from "../support/cloud.ts";
import { bundleWorker } from "../support/worker.ts";

describe.skipIf(!hasSqs)("the Worker and the function behind it, while what they need is away", () => {
  let cloud: Cloud;

  beforeAll(async () => {
    bundleWorker();
    cloud = (await startCloud("cloudflare"))!;
    await cloud.functions.migrate.call({});
  }, 120_000);
  afterAll(() => cloud?.stop());

  /** Its code and its number, where that is how an answer tells of an outage. */
  const outageOf = async (answer: Response): Promise<{ code: string; requestId: string }> => {
    expect([answer.status, answer.headers.get("content-type")]).toEqual([503, "application/problem+json"]);
    return (await answer.json()) as { code: string; requestId: string };
  };

  /** The lines of a log that tell of an outage under this number. */
  const linesOf = (log: string, requestId: string): string[] =>
    log.split("\n").filter((line) => line.includes(requestId) && line.includes('"unavailable"'));

  it("wakes no database for who did not come through the Worker, in a new process as in one that runs", async () => {
    const { [FRONT_HEADER]: token = "" } = cloud.front;
    await cloud.functions.api.end();
    const before = cloud.wakeUps();
    const refused = async () => {
      for (const shown of [{}, { [FRONT_HEADER]: `${token.slice(0, -1)}.` }]) {
        const answer = await fetch(`${cloud.originUrl}/api/me`, { headers: shown });
        expect([answer.status, await answer.json()]).toMatchObject([403, { code: "forbidden" }]);
      }
    };
    await refused();
    expect(cloud.wakeUps()).toBe(before);
    expect((await fetch(`${cloud.originUrl}/api/me`, { headers: cloud.front })).status).toBe(401);
    const opened = cloud.wakeUps();
    expect(opened).toBeGreaterThan(before);
    await refused();
    expect(cloud.wakeUps()).toBe(opened);
  });

  it("tells of an outage, and in the log with its number, where a new process finds no database, and answers once that is back", async () => {
    await cloud.functions.api.end();
    cloud.databaseIsAway(true);
    for (const url of [cloud.url, cloud.originUrl]) {
      const { code, requestId } = await outageOf(await fetch(`${url}/api/me`, { headers: cloud.front }));
      expect(code).toBe("database_unavailable");
      await expect.poll(() => linesOf(cloud.functions.api.log(), requestId)).toHaveLength(1);
    }
    const pid = cloud.functions.api.pid();
    cloud.databaseIsAway(false);
    expect((await fetch(`${cloud.url}/api/me`)).status).toBe(401);
    expect(cloud.functions.api.pid()).toBe(pid);
  });

  it("tells of an outage, and in the log with its number, where the origin does not answer, and answers what it can without", async () => {
    await cloud.stopOrigin();
    const client = createClient(cloud.url, "");
    const { email, password } = OWNER;
    for (const ask of [client.call("GET", "/api/me"), client.call("POST", "/api/auth/sign-in/email", { email, password })]) {
      const { code, requestId } = await outageOf(await ask);
      expect(code).toBe("database_unavailable");
      const told = () =>
        cloud.worker
          ?.log()
          .split("\n")
          .filter((line) => line.includes(requestId) && line.includes('"unavailable"'));
      await expect.poll(told).toHaveLength(1);
    }
    expect((await client.call("GET", "/api/albums")).status).toBe(401);
  });
});
