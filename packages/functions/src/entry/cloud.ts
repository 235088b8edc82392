import * as Account from "@tintype/core/account";
import { type Ctx, rememberFor } from "@tintype/core/kernel";
import { canPin, readCapabilities } from "@tintype/core/storage";
import * as Usage from "@tintype/core/usage";
import { openNeon } from "../adapters/db-neon.ts";
import type { NeonLimits } from "../adapters/db-neon-driver.ts";
import { createLog } from "../adapters/log.ts";
import { createSqsAnnouncer } from "../adapters/queue-announce-sqs.ts";
import { createQueue } from "../adapters/queue-postgres.ts";
import { createSend } from "../adapters/queue-sqs.ts";
import type { Variables } from "../adapters/settings.ts";
import { CLOUD_PINS_MS, readCloudSettings } from "../adapters/settings-cloud.ts";
import { createS3Store } from "../adapters/store-s3.ts";
import { note } from "../jobs/due.ts";

export type Cloud = Awaited<ReturnType<typeof openCloud>>;

/**
 * What every function of the cloud shape works with. Nothing is asked of the database yet: one that sleeps is woken by who needs it. `limits`: for
 * who has more time than the one that people wait for.
 */
export async function openCloud(env: Variables, limits: NeonLimits = {}) {
  const settings = readCloudSettings(env);
  const log = createLog({ write: (line) => process.stdout.write(`${line}\n`) });
  const meter = Usage.createMeter();
  const { onQuery, onRequest, onSign } = meter;
  const { db } = await openNeon({ url: settings.databaseUrl, onQuery, ...limits });
  const pins = rememberFor(CLOUD_PINS_MS, async () => canPin(await readCapabilities({ db, store })));
  // Clocks in the cloud are right.
  const store = createS3Store({ ...settings.s3, pins, now: () => new Date(), announces: true, onRequest, onSign });
  const send = createSend(settings.queue);
  const announcer = createSqsAnnouncer({ send, queueUrl: settings.queue.wakeUrl, note: (dueAt) => note(store, dueAt), log });
  const ctx: Ctx = { actor: { kind: "system" }, db, store, queue: createQueue(db, announcer), now: () => new Date(), log };
  /**
   * Notes that a call begins, of a queue with so many messages; what it gives is waited for before the function answers, which may be frozen then.
   */
  const begin = (messages = 0) => {
    const began = performance.now();
    return async (): Promise<void> => {
      await announcer.flush();
      meter.onCall({ ms: performance.now() - began, megabytes: settings.memory, messages });
      await Usage.flushDue(ctx, meter);
    };
  };
  return { settings, ctx, send, begin, secret: rememberFor(Infinity, () => Account.sessionSecret(ctx)) };
}
