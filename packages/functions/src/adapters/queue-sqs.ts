import { AwsClient } from "aws4fetch";

export type SqsOptions = {
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** How long one try may take: 5 s when absent. */
  tryMs?: number;
};

/**
 * Sends a message to a queue; it can be received after `delayMs`, at most `MOST_DELAY_MS`. `putOff` goes with it as an attribute. Throws when the
 * queue does not take it.
 */
export type Send = (message: { queueUrl: string; body: string; delayMs?: number; putOff?: string }) => Promise<void>;

/** The longest that SQS holds a message back. */
export const MOST_DELAY_MS = 15 * 60_000;
/** The queue may then have a message twice, which says no more than once. */
const TRIES = 3;
const TRY_MS = 5_000;
const FIRST_WAIT_MS = 100;

/** Sends messages to SQS by signed requests of its JSON protocol, where there is `fetch`: in a function and at the edge. */
export function createSend({ region, accessKeyId, secretAccessKey, tryMs = TRY_MS }: SqsOptions): Send {
  // Its own tries end with the first connection that breaks.
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: "sqs", retries: 0 });
  return async ({ queueUrl, body, delayMs = 0, putOff }) => {
    const DelaySeconds = Math.ceil(Math.min(delayMs, MOST_DELAY_MS) / 1000);
    const attributes = putOff !== undefined && { MessageAttributes: { putOff: { DataType: "String", StringValue: putOff } } };
    const request = {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.SendMessage" },
      body: JSON.stringify({ QueueUrl: queueUrl, MessageBody: body, ...(DelaySeconds > 0 && { DelaySeconds }), ...attributes }),
    };
    for (let tries = 1; ; tries++) {
      const failure = await client
        .fetch(new URL("/", queueUrl).href, { ...request, signal: AbortSignal.timeout(tryMs) })
        .then(refusal, unreached);
      if (!failure) return;
      if (failure.isFinal || tries === TRIES) throw failure.error;
      const waitMs = FIRST_WAIT_MS * 2 ** (tries - 1) * (1 + Math.random());
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  };
}

/** `isFinal`: another try would be answered the same. */
type Failure = { isFinal: boolean; error: Error };

async function refusal(answer: Response): Promise<Failure | undefined> {
  if (answer.ok) return undefined;
  const why = await answer.text().catch(() => "");
  const error = new Error(`The queue answered ${answer.status}: ${why.slice(0, 300)}`);
  return { isFinal: answer.status < 500 && answer.status !== 429, error };
}

function unreached(cause: unknown): Failure {
  return { isFinal: false, error: new Error("The queue cannot be reached.", { cause }) };
}
