import * as Account from "@tintype/core/account";
import { type Ctx, type Log, rememberFor } from "@tintype/core/kernel";
import { canPin, readCapabilities } from "@tintype/core/storage";
import * as Usage from "@tintype/core/usage";
import { awaitPostgres, patiently } from "../adapters/db-postgres.ts";
import { createMetrics, type Metrics } from "../adapters/metrics.ts";
import { createAnnouncer } from "../adapters/queue-announce.ts";
import { createQueue } from "../adapters/queue-postgres.ts";
import { createS3Store, type S3Store } from "../adapters/store-s3.ts";
import type { NodeSettings } from "../adapters/settings-node.ts";
import type { StoreRequest } from "../adapters/store-s3-client.ts";
import { startCounting } from "../jobs/count.ts";
import type { Undo } from "./program.ts";

/** So soon uploads follow what a probe has found. */
const SERVER_PINS_MS = 10_000;

/** `storeNow` is the time by the store's clock. */
export type Backend = { ctx: Ctx; authSecret: string; metrics: Metrics; storeNow: () => Date };

/** What every process of the homelab shape works with: Postgres, the store, the queue between them, and the secret of sessions. */
export async function openBackend({ databaseUrl, s3 }: NodeSettings, plainLog: Log, undo: Undo): Promise<Backend> {
  const metrics = createMetrics();
  const log = metrics.counting(plainLog);
  const { db, close } = await awaitPostgres({ url: databaseUrl, log });
  undo(close);
  const announcer = createAnnouncer({ url: databaseUrl, log });
  undo(() => announcer.close());
  // What is read of the database from here on is not replaced any more.
  await announcer.ready;
  // Asked for with each plan of an upload; the answer changes only when the store is probed.
  const pins = rememberFor(SERVER_PINS_MS, async () => canPin(await readCapabilities({ db, store })));
  const meter = Usage.createMeter();
  const onRequest = (request: StoreRequest): void => {
    metrics.onStoreRequest(request);
    meter.onRequest(request);
  };
  const counted = { ...s3, onSign: meter.onSign };
  const store: S3Store = createS3Store({ ...counted, pins, onRequest });
  undo(() => store.close());
  const ctx: Ctx = { actor: { kind: "system" }, db, store, queue: createQueue(db, announcer), now: () => new Date(), log };
  undo(startCounting(ctx, meter));
  const authSecret = await patiently(() => Account.sessionSecret(ctx), log);
  return { ctx, authSecret, metrics, storeNow: store.now };
}
