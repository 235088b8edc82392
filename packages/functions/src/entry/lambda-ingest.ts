import { mediaPorts } from "../adapters/media-node.ts";
import { ingestBatch } from "../jobs/batch.ts";
import { openCloud } from "./cloud.ts";
import type { LambdaContext, SqsEvent, SqsAnswer } from "./lambda.ts";

const cloud = openCloud(process.env);
const ports = mediaPorts();

/** The store's messages, in batches of the queue: what of them is to be delivered again is told one by one. */
export async function handler(event: SqsEvent, context: LambdaContext): Promise<SqsAnswer> {
  const { ctx, settings, send, begin } = await cloud;
  const end = begin(event.Records.length);
  const messages = event.Records.map(({ messageId: id, body, attributes }) => ({
    id,
    body,
    receives: Number(attributes.ApproximateReceiveCount),
  }));
  const failed = await ingestBatch(ctx, ports, messages, {
    bucket: settings.s3.bucket,
    msLeft: () => context.getRemainingTimeInMillis(),
    again: (body) => send({ queueUrl: settings.queue.ingestUrl, body, delayMs: AGAIN_MS }),
  });
  await end();
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

const AGAIN_MS = 60_000;
