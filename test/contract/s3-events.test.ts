import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KEYS } from "../support/s3-process.ts";
import { BUCKET, startServer, type TestServer, texts, until } from "../support/s3-server.ts";

type Received = { authorization: string | undefined; records: Record<string, never>[] };

let hook: Server;
let received: Received[];
/** What the webhook answers, one after the other; then 204. */
let statuses: number[];
let s3: TestServer | undefined;

beforeEach(async () => {
  received = [];
  statuses = [];
  hook = createServer((request, response) => {
    void read(request).then((text) => {
      const status = statuses.shift() ?? 204;
      const { Records } = JSON.parse(text) as { Records: Received["records"] };
      if (status < 300) received.push({ authorization: request.headers.authorization, records: Records });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => {
    hook.listen(0, "127.0.0.1", resolve);
  });
});

afterEach(async () => {
  await s3?.stop();
  hook.closeAllConnections();
  await new Promise((resolve) => {
    hook.close(resolve);
  });
});

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const url = (): string => `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`;
const names = (): string[] => received.flatMap(({ records }) => records.map((record) => `${record["eventName"]}`));

describe("events in this process", () => {
  it("tell what happened, after it can be read, with sequencers that grow", async () => {
    const server = await startServer();
    s3 = server;
    const states: number[] = [];
    server.server.onEvent(({ key }) => {
      void server.ask({ method: "HEAD", key }).then(({ status }) => states.push(status));
    });
    await server.ask({ method: "PUT", key: "a", body: "1" });
    await until(() => states.length === 1);
    await server.ask({ method: "PUT", key: "a", body: "2" });
    await server.ask({ method: "DELETE", key: "a" });
    await server.ask({ method: "DELETE", key: "a" });
    await server.ask({ method: "PUT", key: "bad", body: "2", headers: { "content-md5": "1B2M2Y8AsgTpgAmY7PhCfg==" } });
    expect(server.events.map(({ name, key, size }) => [name, key, size])).toEqual([
      ["ObjectCreated:Put", "a", 1],
      ["ObjectCreated:Put", "a", 1],
      ["ObjectRemoved:Delete", "a", undefined],
    ]);
    expect(states[0]).toBe(200);
    const order = server.events.map(({ sequencer }) => sequencer);
    expect(order.toSorted()).toEqual(order);
    expect(new Set(order).size).toBe(3);
  });

  it("that a listener fails on reach the others, and the client is not troubled", async () => {
    const server = await startServer();
    s3 = server;
    server.server.onEvent(() => {
      throw new Error("broken listener");
    });
    expect((await server.ask({ method: "PUT", key: "a", body: "1" })).status).toBe(200);
    expect([server.events.length, server.warnings]).toEqual([1, ["A listener of events failed."]]);
  });
});

describe("a webhook", () => {
  it("gets records in the shape of AWS, with its token, for the keys that it asked for", async () => {
    const token = "hook-token";
    s3 = await startServer({ webhooks: [{ id: "app", url: url(), token, events: ["s3:ObjectCreated:*"], prefix: "in/", suffix: ".jpg" }] });
    for (const key of ["in/é a+b.jpg", "in/b.txt", "out/c.jpg"]) await s3.ask({ method: "PUT", key, body: "x" });
    await s3.ask({ method: "DELETE", key: "in/é a+b.jpg" });
    await until(() => received.length > 0);
    expect(received).toMatchObject([
      {
        authorization: "Bearer hook-token",
        records: [
          {
            eventVersion: "2.1",
            eventSource: "aws:s3",
            eventName: "ObjectCreated:Put",
            s3: {
              configurationId: "app",
              bucket: { name: BUCKET, arn: `arn:aws:s3:::${BUCKET}` },
              object: { key: "in/%C3%A9+a%2Bb.jpg", size: 1, eTag: "9dd4e461268c8034f5c8564e155c67a6" },
            },
          },
        ],
      },
    ]);
  });

  it("gets everything in order once it answers again, also over a restart", async () => {
    statuses = [500, 400];
    s3 = await startServer({ webhooks: [{ id: "app", url: url(), events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:Delete"] }] });
    await s3.ask({ method: "PUT", key: "a", body: "1" });
    await s3.ask({ method: "PUT", key: "b", body: "1" });
    await s3.restart();
    await s3.ask({ method: "DELETE", key: "a" });
    await until(() => names().length >= 3, 15_000);
    expect(names()).toEqual(["ObjectCreated:Put", "ObjectCreated:Put", "ObjectRemoved:Delete"]);
    expect(s3.warnings.join()).toContain("status 500");
    expect(s3.warnings.join()).not.toContain(KEYS.secretAccessKey);
  });

  it("is chosen by a bucket's notification configuration, which comes back as it was put", async () => {
    s3 = await startServer({ webhooks: [{ id: "app", url: url() }] });
    await s3.ask({ method: "PUT", key: "before", body: "1" });
    const put = async (arn: string) =>
      s3?.ask({
        method: "PUT",
        query: [["notification", ""]],
        body: `<NotificationConfiguration><QueueConfiguration><Id>mine</Id><Queue>${arn}</Queue><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>prefix</Name><Value>in/</Value></FilterRule></S3Key></Filter></QueueConfiguration></NotificationConfiguration>`,
      });
    expect((await put("arn:aws:sqs:us-east-1:1:other"))?.code).toBe("InvalidArgument");
    expect((await put("arn:minio:sqs::app:webhook"))?.status).toBe(200);
    expect((await put("arn:aws:sqs:us-east-1:1:app"))?.status).toBe(200);
    const got = (await s3.ask({ method: "GET", query: [["notification", ""]] })).text;
    expect([texts(got, "Id"), texts(got, "Queue"), texts(got, "Value")]).toEqual([["mine"], ["arn:aws:sqs:us-east-1:1:app"], ["in/"]]);
    await s3.ask({ method: "PUT", key: "out/a", body: "1" });
    await s3.ask({ method: "PUT", key: "in/a", body: "1" });
    await until(() => received.length > 0);
    expect(received[0]?.records).toMatchObject([{ s3: { configurationId: "mine", object: { key: "in/a" } } }]);
  });
});
