import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectEvent } from "./event.ts";
import { matchesEvent } from "./notification.ts";
import { toRecord } from "./record.ts";

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

type Options = { region: string; trouble: (message: string, cause?: unknown) => void; firstDelay?: number };

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
  { region, trouble, firstDelay = FIRST_DELAY }: Options,
): Promise<WebhookQueue> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `webhook-${createHash("sha256").update(webhook.id).digest("hex").slice(0, 16)}`);
  const queue = linesOf(path);
  const file: FileHandle = await open(path, "a+");
  const stopped = new AbortController();
  let writing: Promise<void> = Promise.resolve();
  let sending: Promise<void> | undefined;

  function persist(write: () => Promise<void>): void {
    writing = writing.then(write).catch((error: unknown) => trouble(`The events for ${webhook.url} cannot be kept over a restart.`, error));
  }

  async function send(): Promise<void> {
    for (let delay = firstDelay; queue.length > 0 && !stopped.signal.aborted;) {
      const batch = queue.slice(0, BATCH);
      const problem = await post(webhook, batch, stopped.signal);
      if (problem === undefined) {
        // Of a queue that is full the oldest may have been dropped meanwhile: only what was sent leaves it.
        const sent = new Set(batch);
        while (queue[0] !== undefined && sent.has(queue[0])) queue.shift();
        delay = firstDelay;
        if (queue.length === 0) persist(() => file.truncate(0));
        continue;
      }
      trouble(`The webhook ${webhook.url} did not take ${batch.length} events and is tried again: ${problem}`);
      await sleep(delay * (1 + Math.random() / 4), undefined, { signal: stopped.signal }).catch(() => undefined);
      delay = Math.min(2 * delay, LONGEST_DELAY);
    }
    sending = undefined;
  }

  if (queue.length > 0) sending = send();
  return {
    push(event, configurationId) {
      const line = JSON.stringify(toRecord(event, configurationId, region));
      queue.push(line);
      if (queue.length > MAX_QUEUED) queue.shift();
      persist(() => file.appendFile(`${line}\n`));
      sending ??= send();
    },
    async close() {
      stopped.abort();
      await sending;
      persist(async () => {
        await file.truncate(0);
        await file.appendFile(queue.map((line) => `${line}\n`).join(""));
      });
      await writing;
      await file.close();
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

function linesOf(path: string): string[] {
  try {
    const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
    return lines.slice(-MAX_QUEUED);
  } catch {
    return [];
  }
}
