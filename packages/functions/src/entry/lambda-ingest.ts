import { mediaPorts } from "../adapters/media-node.ts";
import { workOf } from "../jobs/batch.ts";
import { answerArrivals, type LambdaContext, type SqsAnswer, type SqsEvent } from "../jobs/called.ts";
import { openCloud } from "./cloud.ts";

const cloud = openCloud(process.env);
const ports = mediaPorts();

/** The store's messages, in batches of the queue. */
export async function handler(event: SqsEvent, context: LambdaContext): Promise<SqsAnswer> {
  const { ctx, settings, send, begin } = await cloud;
  return answerArrivals(ctx, event, context, {
    begin,
    bucket: settings.s3.bucket,
    again: (message) => send({ queueUrl: settings.queue.ingestUrl, ...message }),
    work: workOf(ctx, ports),
  });
}
