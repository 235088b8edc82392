import { WAKE } from "@tintype/core/kernel";
import { upload } from "@tintype/core/upload/table";
import { eq } from "drizzle-orm";
import { createSqsAnnouncer } from "../../packages/functions/src/adapters/queue-announce-sqs.ts";
import { createQueue } from "../../packages/functions/src/adapters/queue-postgres.ts";
import type { S3Options } from "../../packages/functions/src/adapters/store-s3-client.ts";
import { createS3Store } from "../../packages/functions/src/adapters/store-s3.ts";
import { workOf } from "../../packages/functions/src/jobs/batch.ts";
import { answerArrivals, answerWakes, type SqsEvent } from "../../packages/functions/src/jobs/called.ts";
import { note } from "../../packages/functions/src/jobs/due.ts";
import { kindsOf } from "../../packages/functions/src/jobs/run.ts";
import { startFaultyHttp } from "./http-fault.ts";
import { openLibraryOn } from "./library.ts";
import { countsOf, watchRequests } from "./s3-requests.ts";
import { borrowDatabase } from "./shared-database.ts";

/** What the cloud's functions ask of a store for one file, by method. */
type Asked = Record<string, number>;

const CALL = { getRemainingTimeInMillis: () => 600_000 };
const begin = () => () => Promise.resolve();

/** The work of the cloud's functions, by their own code in this process, on a store that counts what it is asked for. */
export async function openFunctions(options: S3Options) {
  const counter = await startFaultyHttp(options.endpoint);
  const database = await borrowDatabase();
  const library = await openLibraryOn(database, { ...options, endpoint: counter.url, announces: true });
  const wakes: string[] = [];
  const send = async ({ body }: { body: string }): Promise<void> => void wakes.push(body);
  const announcer = createSqsAnnouncer({
    send,
    queueUrl: "wake",
    note: (dueAt) => note(library.system.store, dueAt),
    log: library.system.log,
  });
  const ctx = { ...library.system, queue: createQueue(database.db, announcer) };

  const arrive = async (eventName: string, object: { key: string; eTag?: string }): Promise<void> => {
    const record = { eventName, s3: { bucket: { name: options.bucket }, object } };
    const event = eventOf(JSON.stringify({ Records: [record] }));
    const again = () => Promise.reject(new Error("It was not to come again."));
    const { batchItemFailures } = await answerArrivals(ctx, event, CALL, {
      begin,
      bucket: options.bucket,
      again,
      work: workOf(ctx, library.ports),
    });
    if (batchItemFailures.length > 0) throw new Error(`${eventName} of ${object.key} failed.`);
    await announcer.flush();
  };
  const wake = async (): Promise<void> => {
    while (wakes.splice(0).length > 0) {
      await answerWakes(ctx, eventOf(WAKE), CALL, {
        begin,
        kinds: kindsOf(library.ports),
        send: async () => undefined,
        mostDelayMs: 900_000,
      });
      await announcer.flush();
    }
  };
  /** Not through what counts. */
  const store = createS3Store(options);
  const copyOf = async (source: string): Promise<{ key: string; eTag: string }> => {
    const [row] = await ctx.db.select({ key: upload.key }).from(upload).where(eq(upload.source, source));
    if (!row) throw new Error(`${source} was not copied.`);
    const { key, etag } = await store.head(row.key);
    return { key, eTag: etag };
  };
  return {
    ctx,
    /** A store on which nothing is counted. */
    store,
    /** Tells of a file in the inbox, and of what becomes of it, as the store does; gives what is asked for until nothing is left to do. */
    take: async (key: string): Promise<Asked> => {
      const watch = watchRequests(counter.url);
      try {
        await arrive("ObjectCreated:Put", { key });
        await arrive("ObjectCreated:Copy", await copyOf(key));
        await wake();
        await arrive("ObjectRemoved:Delete", { key });
        await wake();
        return countsOf(watch.take());
      } finally {
        watch.stop();
      }
    },
    close: async () => {
      store.close();
      await library.close();
      await database.close();
      await counter.stop();
    },
  };
}

function eventOf(body: string): SqsEvent {
  return { Records: [{ messageId: "1", body, attributes: { ApproximateReceiveCount: "1" } }] };
}
