import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { AwsClient } from "aws4fetch";
import { KEYS, startProgram } from "./s3-process.ts";

/** The version that .ci/run installs. */
const MOTO = "moto-5.2.5";
const REGION = "eu-central-1";
const program = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "tintype", MOTO, "bin/moto_server");

/** Whether a server of SQS's protocol is installed: without it the suites of the cloud are skipped, but with `REQUIRE_TOOLS=1` this throws. */
export const hasSqs = existsSync(program);
if (!hasSqs) {
  const notice = `${MOTO} is not installed (.ci/run does it)`;
  if (process.env["REQUIRE_TOOLS"] === "1") throw new Error(notice);
  console.warn(`${notice}: the suites of the cloud are skipped`);
}

/** The name by which other queues know one of its. */
export const arnOf = (name: string): string => `arn:aws:sqs:${REGION}:123456789012:${name}`;

export type Received = {
  messageId: string;
  body: string;
  receiptHandle: string;
  attributes: { ApproximateReceiveCount: string };
  messageAttributes: Record<string, { stringValue: string }>;
};

/** A queue server with SQS's protocol, in a process of its own. */
export type Sqs = {
  url: string;
  create: (name: string, attributes?: Record<string, string>) => Promise<string>;
  send: (queueUrl: string, body: string) => Promise<void>;
  receive: (queueUrl: string, most?: number) => Promise<Received[]>;
  /** Done with. */
  remove: (queueUrl: string, handle: string) => Promise<void>;
  /** To be delivered again, now. */
  giveBack: (queueUrl: string, handle: string) => Promise<void>;
  /** Forgets all of its messages, those that are held back as well. */
  empty: (queueUrl: string) => Promise<void>;
  /** Those to be had now, under way, and held back. */
  count: (queueUrl: string) => Promise<{ waiting: number; underWay: number; delayed: number }>;
  stop: () => Promise<void>;
};

/** Starts moto's SQS. */
export async function startSqs(): Promise<Sqs> {
  // A queue may be emptied as often as a test wants, not once in a minute.
  const env = { MOTO_SQS_ENFORCE_STRICT_QUEUE_PURGE_BEHAVIOUR: "false" };
  const server = await startProgram(program, (port) => ["-H", "127.0.0.1", "-p", String(port)], env);
  const client = new AwsClient({ ...KEYS, region: REGION, service: "sqs" });
  const ask = async <T>(target: string, body: Record<string, unknown>): Promise<T> => {
    const answer = await client.fetch(`${server.url}/`, {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AmazonSQS.${target}` },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${target}: ${answer.status} ${await answer.text()}`);
    const text = await answer.text();
    return (text === "" ? {} : JSON.parse(text)) as T;
  };
  return {
    url: server.url,
    create: async (name, Attributes = {}) =>
      (await ask<{ QueueUrl: string }>("CreateQueue", { QueueName: name, Attributes: { VisibilityTimeout: "600", ...Attributes } }))
        .QueueUrl,
    send: async (QueueUrl, MessageBody) => void (await ask("SendMessage", { QueueUrl, MessageBody })),
    receive: async (QueueUrl, most = 5) => {
      type Told = { MessageId: string; Body: string; ReceiptHandle: string; Attributes: Received["attributes"] };
      type Answer = { Messages?: (Told & { MessageAttributes?: Record<string, { StringValue: string }> })[] };
      const asked = { QueueUrl, MaxNumberOfMessages: most, AttributeNames: ["ApproximateReceiveCount"], MessageAttributeNames: ["All"] };
      return ((await ask<Answer>("ReceiveMessage", asked)).Messages ?? []).map((message) => ({
        messageId: message.MessageId,
        body: message.Body,
        receiptHandle: message.ReceiptHandle,
        attributes: message.Attributes,
        messageAttributes: Object.fromEntries(
          Object.entries(message.MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, { stringValue: StringValue }]),
        ),
      }));
    },
    remove: async (QueueUrl, ReceiptHandle) => void (await ask("DeleteMessage", { QueueUrl, ReceiptHandle })),
    giveBack: async (QueueUrl, ReceiptHandle) =>
      void (await ask("ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 })),
    empty: async (QueueUrl) => void (await ask("PurgeQueue", { QueueUrl })),
    count: async (QueueUrl) => {
      const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"];
      const { Attributes: told } = await ask<{ Attributes: Record<string, string> }>("GetQueueAttributes", {
        QueueUrl,
        AttributeNames: names,
      });
      const [waiting = 0, underWay = 0, delayed = 0] = names.map((name) => Number(told[name]));
      return { waiting, underWay, delayed };
    },
    stop: () => server.stop(),
  };
}
