import type { NearCache } from "../adapters/kept-edge.ts";
import type { Variables } from "../adapters/settings.ts";
import { answerSite, type Assets } from "../adapters/site-edge.ts";
import { answerClock } from "../jobs/due.ts";
import { openEdge } from "./edge.ts";

/** What of Cloudflare's runtime is used here. */
type Execution = { waitUntil: (work: Promise<unknown>) => void };
type Batch = { messages: readonly { body: unknown; ack: () => void; retry: () => void }[] };
declare const caches: { default: NearCache };

let opened: ReturnType<typeof openEdge> | undefined;
const open = (env: Variables) => (opened ??= openEdge(env, caches.default));

// oxlint-disable-next-line import/no-default-export -- so Cloudflare wants it
export default {
  /** Answers what people wait for, and has the origin answer the rest. */
  async fetch(request: Request, env: Variables & { ASSETS: Assets }, execution: Execution): Promise<Response> {
    const { app, queueOfRequest } = open(env);
    const { queue, flush } = queueOfRequest();
    const bindings = { queue, address: request.headers.get("cf-connecting-ip") ?? undefined, later: execution.waitUntil.bind(execution) };
    const answer = (await answerSite(request, env.ASSETS)) ?? (await app.fetch(request, bindings));
    execution.waitUntil(flush());
    return answer;
  },

  /** R2's messages go on into the queue of the function that ingests; those that it does not take come again. */
  async queue({ messages }: Batch, env: Variables): Promise<void> {
    const { ctx, send, settings } = open(env);
    const sent = messages.map(async (message) => {
      const isSent = await send({ queueUrl: settings.queue.ingestUrl, body: JSON.stringify(message.body) }).then(
        () => true,
        (error: unknown) => ctx.log.error("event.not_sent", { error }),
      );
      if (isSent === true) message.ack();
      else message.retry();
    });
    await Promise.all(sent);
  },

  /** Every hour, as lambda-cron.ts. Leaves word that it has looked: an alarm tells when that stays away. */
  async scheduled(_: unknown, env: Variables): Promise<void> {
    const { ctx, uncounted, send, settings } = open(env);
    const hasLooked = await answerClock({ ...ctx, store: uncounted }, (message) => send({ queueUrl: settings.queue.wakeUrl, ...message }));
    if (hasLooked) await send({ queueUrl: settings.looksUrl, body: "looked" });
  },
};
