import { TIDY } from "@tintype/core/kernel";
import { isDue } from "../jobs/due.ts";
import { openCloud } from "./cloud.ts";

const cloud = openCloud(process.env);

/** Every hour: asks the store, and only the store, whether there is something to do. An idle library's database sleeps on. */
export async function handler(): Promise<void> {
  const { ctx, settings, send } = await cloud;
  if (!(await isDue(ctx.store, ctx.now()))) return;
  ctx.log.info("woken");
  await send({ queueUrl: settings.queue.wakeUrl, body: TIDY });
}
