import * as Account from "@tintype/core/account";
import { type Ctx, keepFor } from "@tintype/core/kernel";
import { canPin, readCapabilities } from "@tintype/core/storage";
import * as Usage from "@tintype/core/usage";
import { createDatabase } from "../adapters/db-drizzle.ts";
import { neonDriver } from "../adapters/db-neon-driver.ts";
import { createKept, type NearCache } from "../adapters/kept-edge.ts";
import { createLog } from "../adapters/log.ts";
import { forwardTo } from "../adapters/origin.ts";
import { createSqsAnnouncer } from "../adapters/queue-announce-sqs.ts";
import { createQueue } from "../adapters/queue-postgres.ts";
import { createSend } from "../adapters/queue-sqs.ts";
import type { Variables } from "../adapters/settings.ts";
import { CLOUD_PINS_MS, readEdgeSettings } from "../adapters/settings-cloud.ts";
import { createEdgeStore } from "../adapters/store-edge.ts";
import { createEdge } from "../api/edge.ts";
import { FRONT_HEADER } from "../api/front-token.ts";
import { note } from "../jobs/due.ts";

/**
 * What the Worker works with, made once and used by many requests: nothing in it waits for what another request has begun. The queue alone
 * is each request's own, with what `flush` waits for.
 */
export function openEdge(env: Variables, cache: NearCache) {
  const settings = readEdgeSettings(env);
  const log = createLog({ write: (line) => console.log(line) });
  const meter = Usage.createMeter();
  const db = createDatabase(neonDriver(settings.databaseUrl, meter.onQuery));
  const pins = keepFor(CLOUD_PINS_MS, async () => canPin(await readCapabilities({ db, store })));
  const store = createEdgeStore({ ...settings.s3, pins, onRequest: meter.onRequest, onSign: meter.onSign });
  // What the hourly look asks is known without counting.
  const uncounted = createEdgeStore({ ...settings.s3, pins });
  const send = createSend(settings.queue);
  const queueOfRequest = () => {
    const announcer = createSqsAnnouncer({ send, queueUrl: settings.queue.wakeUrl, note: (dueAt) => note(store, dueAt), log });
    return { queue: createQueue(db, announcer), flush: () => announcer.flush().then(() => Usage.flushDue(ctx, meter)) };
  };
  const ctx: Ctx = { actor: { kind: "system" }, db, store, queue: queueOfRequest().queue, now: () => new Date(), log };
  const app = createEdge({
    ...ctx,
    publicStore: () => ({ origin: settings.storeOrigin, sign: store.sign }),
    origin: settings.publicUrl,
    secret: keepFor(Infinity, () => Account.sessionSecret(ctx)),
    forward: forwardTo(settings.originUrl, { header: FRONT_HEADER, token: settings.frontToken }),
    kept: createKept(cache, settings.publicUrl, log),
  });
  return { app, ctx, uncounted, send, settings, queueOfRequest };
}
