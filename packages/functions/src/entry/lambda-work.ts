import { mediaPorts } from "../adapters/media-node.ts";
import { MOST_DELAY_MS } from "../adapters/queue-sqs.ts";
import { probeDeployed } from "../adapters/store-s3-deployed.ts";
import { answerWakes, type LambdaContext, type SqsEvent } from "../jobs/called.ts";
import { kindsOf } from "../jobs/run.ts";
import { openCloud } from "./cloud.ts";

/** Here are statements over a whole library, which nobody waits for. */
const ANSWER_MS = 60_000;

const cloud = openCloud(process.env, { answerMs: ANSWER_MS });
const ports = mediaPorts();

/** Somebody has enqueued jobs, or it is time. */
export async function handler(event: SqsEvent, context: LambdaContext): Promise<void> {
  const { ctx, settings, send, begin } = await cloud;
  await answerWakes(ctx, event, context, {
    begin,
    kinds: kindsOf(ports, probeDeployed(settings.s3, settings.publicUrl)),
    send: (message) => send({ queueUrl: settings.queue.wakeUrl, ...message }),
    mostDelayMs: MOST_DELAY_MS,
  });
}
