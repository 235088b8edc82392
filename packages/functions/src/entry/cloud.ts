import * as Account from "@tintype/core/account";
import { type Ctx, rememberFor } from "@tintype/core/kernel";
import { canPin, readCapabilities } from "@tintype/core/storage";
import { openNeon } from "../adapters/db-neon.ts";
import { createLog } from "../adapters/log.ts";
import { createSqsAnnouncer } from "../adapters/queue-announce-sqs.ts";
import { createQueue } from "../adapters/queue-postgres.ts";
import { createSend } from "../adapters/queue-sqs.ts";
import type { Variables } from "../adapters/settings.ts";
import { readCloudSettings } from "../adapters/settings-cloud.ts";
import { createS3Store } from "../adapters/store-s3.ts";
import { note } from "../jobs/due.ts";

const PINS_MS = 60_000;

export type Cloud = Awaited<ReturnType<typeof openCloud>>;

/** What every function of the cloud shape works with. Nothing is asked of the database yet: one that sleeps is woken by who needs it. */
export async function openCloud(env: Variables) {
  const settings = readCloudSettings(env);
  const log = createLog({ write: (line) => process.stdout.write(`${line}\n`) });
  const { db } = await openNeon({ url: settings.databaseUrl });
  const pins = rememberFor(PINS_MS, async () => canPin(await readCapabilities({ db, store })));
  // Clocks in the cloud are right.
  const store = createS3Store({ ...settings.s3, pins, now: () => new Date() });
  const send = createSend(settings.queue);
  const announcer = createSqsAnnouncer({ send, queueUrl: settings.queue.wakeUrl, note: (dueAt) => note(store, dueAt), log });
  const ctx: Ctx = { actor: { kind: "system" }, db, store, queue: createQueue(db, announcer), now: () => new Date(), log };
  return { settings, ctx, send, flush: announcer.flush, secret: rememberFor(Infinity, () => Account.sessionSecret(ctx)) };
}
