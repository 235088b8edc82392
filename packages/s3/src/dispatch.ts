import type { BucketSettings } from "./disk/bucket.ts";
import type { ObjectEntry } from "./disk/entry.ts";
import { type EventListener, nextSequencer, type ObjectEvent } from "./event.ts";
import { matchesEvent, webhookOf } from "./notification.ts";
import { openWebhook, wants, type Webhook, type WebhookQueue } from "./webhook.ts";

/** Brings events to the listeners in this process and to the webhooks. */
export type Dispatch = {
  emit: (name: ObjectEvent["name"], bucket: string, key: string, entry?: ObjectEntry) => void;
  /** The same; resolves when the listeners are done. */
  tell: (...what: Parameters<Dispatch["emit"]>) => Promise<void>;
  listen: (listener: EventListener) => () => void;
  close: () => Promise<void>;
};

type Options = {
  webhooks: readonly Webhook[];
  folder: string;
  settings: BucketSettings;
  region: string;
  trouble: (message: string, cause?: unknown) => void;
};

export async function openDispatch({ webhooks, folder, settings, region, trouble }: Options): Promise<Dispatch> {
  const listeners = new Set<EventListener>();
  const queues = new Map<string, { webhook: Webhook; queue: WebhookQueue }>();
  for (const webhook of webhooks) queues.set(webhook.id, { webhook, queue: await openWebhook(webhook, folder, { region, trouble }) });

  function post(event: ObjectEvent): void {
    for (const { webhook, queue } of queues.values()) if (wants(webhook, event)) queue.push(event, webhook.id);
    for (const rule of settings.get(event.bucket)?.notification ?? []) {
      const wanted = rule.events.some((pattern) => matchesEvent(pattern, event.name));
      if (!wanted || !event.key.startsWith(rule.prefix) || !event.key.endsWith(rule.suffix)) continue;
      const target = queues.get(webhookOf(rule.arn));
      if (target && !wants(target.webhook, event)) target.queue.push(event, rule.id);
    }
  }

  async function hear(listener: EventListener, event: ObjectEvent): Promise<void> {
    try {
      await listener(event);
    } catch (error) {
      trouble("A listener of events failed.", error);
    }
  }

  const tell: Dispatch["tell"] = async (name, bucket, key, entry) => {
    const now = Date.now();
    const about = entry ? { size: entry.size, etag: entry.etag } : {};
    const event: ObjectEvent = { name, bucket, key, at: new Date(now).toISOString(), sequencer: nextSequencer(now), ...about };
    post(event);
    await Promise.all([...listeners].map((listener) => hear(listener, event)));
  };

  return {
    emit: (...what) => void tell(...what),
    tell,
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      await Promise.all([...queues.values()].map(({ queue }) => queue.close()));
    },
  };
}
