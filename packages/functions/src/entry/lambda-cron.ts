import { answerClock } from "../jobs/due.ts";
import { openCloud } from "./cloud.ts";

const cloud = openCloud(process.env);

/** Every hour. */
export async function handler(): Promise<void> {
  const { ctx, settings, send } = await cloud;
  await answerClock(ctx, (message) => send({ queueUrl: settings.queue.wakeUrl, ...message }));
}
