import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
