import { mediaPorts } from "../adapters/media-node.ts";
import { GUARD, MOST_DELAY_MS, TIDY, WAKE } from "../adapters/queue-sqs.ts";
import { probeDeployed } from "../adapters/store-s3-deployed.ts";
import { isUnfinished } from "../jobs/due.ts";
import { kindsOf } from "../jobs/run.ts";
import { answerWake } from "../jobs/woken.ts";
import { openCloud } from "./cloud.ts";
import type { LambdaContext, SqsEvent } from "./lambda.ts";

const cloud = openCloud(process.env);
const ports = mediaPorts();

/** Somebody has enqueued jobs, or it is time: works through the queue, and sees to it that it is called again when the next is due. */
export async function handler(event: SqsEvent, context: LambdaContext): Promise<void> {
  const { ctx, settings, send, begin } = await cloud;
  // Where the call that had this sent has come to its end, the database sleeps on.
  if (event.Records.every(({ body }) => body === GUARD) && !(await isUnfinished(ctx.store, ctx.now()))) return;
  const end = begin(event.Records.length);
  const isToTidy = event.Records.some(({ body }) => body === TIDY);
  const kinds = kindsOf(ports, probeDeployed(settings.s3, settings.publicUrl));
  const msLeft = () => context.getRemainingTimeInMillis();
  const guard = () => send({ queueUrl: settings.queue.wakeUrl, body: GUARD, delayMs: MOST_DELAY_MS });
  const next = await answerWake(ctx, { isToTidy, kinds, msLeft, heldMs: MOST_DELAY_MS, guard });
  await end();
  if (!next || next.delayMs > MOST_DELAY_MS) return;
  await send({ queueUrl: settings.queue.wakeUrl, body: next.isToTidy ? TIDY : WAKE, delayMs: next.delayMs });
}
