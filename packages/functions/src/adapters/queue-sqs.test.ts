import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createSend } from "./queue-sqs.ts";

let server: Server;
/** What the queue does with one request after the other: it answers so, breaks the connection, or says nothing. It answers 200 from then on. */
let answers: (number | "breaks" | "silent")[];
/** How long it takes for an answer. */
let slowMs: number;
let asked: { QueueUrl: string; MessageBody: string; DelaySeconds?: number }[];

beforeEach(async () => {
  [answers, asked, slowMs] = [[], [], 0];
  server = createServer((request, response) => {
    void request.toArray().then((parts) => {
      asked.push(JSON.parse(Buffer.concat(parts as Buffer[]).toString()) as (typeof asked)[number]);
      const next = answers.shift() ?? 200;
      if (next === "breaks") request.socket.resetAndDestroy();
      else if (next !== "silent") setTimeout(() => response.writeHead(next).end("{}"), slowMs);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const TRY_MS = 500;
const send = (delayMs?: number) => {
  const queueUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/123456789012/wake`;
  const client = createSend({ region: "eu-central-1", accessKeyId: "id", secretAccessKey: "secret", tryMs: TRY_MS });
  return client({ queueUrl, body: "wake", ...(delayMs !== undefined && { delayMs }) });
};

const FAULTS: (typeof answers)[] = [[500], [503, 429], ["breaks"], ["breaks", 503], ["breaks", "breaks"], ["silent"]];
it.each(FAULTS.map((each) => [each]))("a message that the queue does not take for a moment is sent once more: %j", async (refused) => {
  answers = [...refused];
  await send();
  expect(asked.map(({ MessageBody }) => MessageBody)).toEqual(["wake", ...refused.map(() => "wake")]);
});

it("one that it goes on refusing, or does not take for what it is, is told of, and not sent for ever", async () => {
  answers = [503, 503, 503];
  await expect(send()).rejects.toThrow("The queue answered 503");
  expect(asked).toHaveLength(3);
  answers = [400];
  await expect(send()).rejects.toThrow("The queue answered 400");
  expect(asked).toHaveLength(4);
});

it.each([
  ["breaks", "breaks", "breaks"],
  ["silent", "silent", "silent"],
] as const)("what cannot be reached is asked three times, and given up in a time that is known: %s", async (...faults) => {
  answers = [...faults];
  await expect(send()).rejects.toThrow("The queue cannot be reached.");
  expect(asked).toHaveLength(3);
});

it("each try has its own time: those that are slow do not take it from the one after them", async () => {
  [answers, slowMs] = [[503, 503], 0.6 * TRY_MS];
  await send();
  expect(asked).toHaveLength(3);
});

it.each([
  [1, 1],
  [60_000, 60],
  [3_600_000, 900],
])("one that comes in %d ms is held back for %d s, which is as long as SQS does at most", async (delayMs, seconds) => {
  await send(delayMs);
  expect(asked).toMatchObject([{ DelaySeconds: seconds }]);
});
