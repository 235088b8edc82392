import { createHash } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeFolder } from "./disk/durable.ts";
import type { ObjectEvent } from "./event.ts";
import { matchesEvent } from "./notification.ts";
import { toRecord } from "./record.ts";
import { openSpool } from "./spool.ts";

/** Where events are posted to, as `{ Records: [...] }` in the shape of AWS. */
export type Webhook = {
  /** By which a bucket's notification configuration names it, as the sixth part of an ARN: `arn:aws:sqs:us-east-1:1:ID`. */
  id: string;
  url: string;
  /** Sent as `Authorization: Bearer …`. */
  token?: string;
  /** Such as `s3:ObjectCreated:*`, of every bucket. Without it only what notification configurations ask for. */
  events?: readonly string[];
  prefix?: string;
  suffix?: string;
};

export type WebhookQueue = {
  push(event: ObjectEvent, configurationId: string): void;
  /** Stops sending; what was not sent is sent after the next start. */
  close(): Promise<void>;
};

type Options = { region: string; trouble: (message: string, cause?: unknown) => void; firstDelay?: number; limit?: number };

const MAX_QUEUED = 100_000;
const BATCH = 50;
const FIRST_DELAY = 1000;
const LONGEST_DELAY = 5 * 60_000;
const TIMEOUT = 30_000;

/** Whether the webhook's own settings ask for an event. */
export function wants({ events, prefix = "", suffix = "" }: Webhook, event: ObjectEvent): boolean {
  if (!events?.some((pattern) => matchesEvent(pattern, event.name))) return false;
  return event.key.startsWith(prefix) && event.key.endsWith(suffix);
}

/**
 * Posts events in order, again and again with growing pauses until the answer is 2xx. They wait in a file, so that a restart loses none;
 * of more than 100,000 the oldest are dropped. An event can come twice.
 */
export async function openWebhook(
  webhook: Webhook,
  folder: string,
  { region, trouble, firstDelay = FIRST_DELAY, limit = MAX_QUEUED }: Options,
): Promise<WebhookQueue> {
  await makeFolder(folder);
  const path = join(folder, `webhook-${createHash("sha256").update(webhook.id).digest("hex").slice(0, 16)}`);
  const queue = await openSpool(path, limit, (cause) => trouble(`The events for ${webhook.url} cannot be kept over a restart.`, cause));
  const stopped = new AbortController();
  let sending: Promise<void> | undefined;

  async function send(): Promise<void> {
    for (let delay = firstDelay; queue.lines.length > 0 && !stopped.signal.aborted;) {
      const batch = queue.lines.slice(0, BATCH);
      const problem = await post(webhook, batch, stopped.signal);
      if (problem === undefined) {
        queue.remove(batch);
        delay = firstDelay;
        continue;
      }
      trouble(`The webhook ${webhook.url} did not take ${batch.length} events and is tried again: ${problem}`);
      await sleep(delay * (1 + Math.random() / 4), undefined, { signal: stopped.signal }).catch(() => undefined);
      delay = Math.min(2 * delay, LONGEST_DELAY);
    }
    sending = undefined;
  }

  if (queue.lines.length > 0) sending = send();
  return {
    push(event, configurationId) {
      queue.push(JSON.stringify(toRecord(event, configurationId, region)));
      sending ??= send();
    },
    async close() {
      stopped.abort();
      await sending;
      await queue.close();
    },
  };
}

/** Undefined when it was taken, else what went wrong. */
async function post({ url, token }: Webhook, lines: readonly string[], stop: AbortSignal): Promise<string | undefined> {
  const headers = { "content-type": "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  const signal = AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT)]);
  try {
    const answer = await fetch(url, { method: "POST", headers, body: `{"Records":[${lines.join(",")}]}`, signal, redirect: "error" });
    await answer.body?.cancel();
    return answer.ok ? undefined : `status ${answer.status}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
