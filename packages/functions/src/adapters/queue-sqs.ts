import { AwsClient } from "aws4fetch";

export type SqsOptions = { region: string; accessKeyId: string; secretAccessKey: string };

/**
 * Sends a message to a queue; it can be received after `delayMs`, at most `MOST_DELAY_MS`. `putOff` goes with it as an attribute. Throws when the
 * queue does not take it.
 */
export type Send = (message: { queueUrl: string; body: string; delayMs?: number; putOff?: string }) => Promise<void>;

/** The longest that SQS holds a message back. */
export const MOST_DELAY_MS = 15 * 60_000;
const TIMEOUT_MS = 5_000;

/** Sends messages to SQS by signed requests of its JSON protocol, where there is `fetch`: in a function and at the edge. */
export function createSend({ region, accessKeyId, secretAccessKey }: SqsOptions): Send {
  // Three tries, with longer and longer waits.
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: "sqs", retries: 2 });
  return async ({ queueUrl, body, delayMs = 0, putOff }) => {
    const DelaySeconds = Math.ceil(Math.min(delayMs, MOST_DELAY_MS) / 1000);
    const attributes = putOff !== undefined && { MessageAttributes: { putOff: { DataType: "String", StringValue: putOff } } };
    const answer = await client
      .fetch(new URL("/", queueUrl).href, {
        method: "POST",
        headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.SendMessage" },
        body: JSON.stringify({ QueueUrl: queueUrl, MessageBody: body, ...(DelaySeconds > 0 && { DelaySeconds }), ...attributes }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      .catch((cause: unknown) => {
        throw new Error("The queue cannot be reached.", { cause });
      });
    if (answer.ok) return;
    throw new Error(`The queue answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
  };
}
