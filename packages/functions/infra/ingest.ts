import type { Store } from "./storage.ts";

/** What every function is given. */
export type Runs = {
  /** Where our pages come from. */
  origin: $util.Input<string>;
  store: Store;
  queues: Queues;
  database: sst.Linkable<{ url: $util.Output<string> }>;
  authSecret: sst.Secret;
};

/** The queue of what arrives in the bucket, the one of jobs that are due, and where each leaves what it could not do. */
export type Queues = Record<"events" | "eventsDead" | "wake" | "wakeDead", sst.aws.Queue>;

/** The longest that one call takes: a video of 20 GB is read once in it. */
const INGEST_SECONDS = 300;
const WORK_SECONDS = 900;

/** A message that no longer comes back after the sixth time waits for two weeks to be looked at. */
export function createQueues(): Queues {
  const dead = (name: string) =>
    new sst.aws.Queue(name, { transform: { queue: (args) => void (args.messageRetentionSeconds = 14 * 86_400) } });
  const queue = (name: string, to: sst.aws.Queue, seconds: number) =>
    new sst.aws.Queue(name, {
      dlq: { queue: to.arn, retry: 6 },
      // So that nothing is given to a second function while the first may still be at it.
      visibilityTimeout: `${6 * seconds} seconds`,
    });
  const [eventsDead, wakeDead] = [dead("EventsDead"), dead("WakeDead")];
  return { eventsDead, wakeDead, events: queue("Events", eventsDead, INGEST_SECONDS), wake: queue("Wake", wakeDead, WORK_SECONDS) };
}

/** What a function of ours is, wherever it is called from. */
export function functionOf({ origin, store, queues, database, authSecret }: Runs, entry: string) {
  return {
    handler: `packages/functions/src/entry/lambda-${entry}.handler`,
    runtime: "nodejs22.x",
    architecture: "arm64",
    logging: { retention: "1 month", format: "json" },
    environment: {
      ...store.environment,
      DATABASE_URL: database.properties.url,
      PUBLIC_URL: origin,
      AUTH_SECRET: authSecret.value,
      WAKE_QUEUE_URL: queues.wake.url,
    },
    permissions: [...store.permissions, { actions: ["sqs:SendMessage"], resources: [queues.wake.arn] }],
    copyFiles: [{ from: "packages/core/migrations" }],
  } satisfies sst.aws.FunctionArgs;
}

/** Those that read pixels: sharp for their processor, and the programs that they start beside them, from `npm run bundle`. */
function decoderOf(runs: Runs, entry: string) {
  const base = functionOf(runs, entry);
  const children = ["image-child.js", "metadata-worker.js", "video-worker.js"];
  return {
    ...base,
    nodejs: { install: { sharp: "0.35.5" } },
    copyFiles: [
      ...base.copyFiles,
      { from: "packages/functions/package.json" },
      ...children.map((name) => ({ from: `packages/functions/dist/node/${name}`, to: `packages/functions/src/entry/${name}` })),
    ],
  } satisfies sst.aws.FunctionArgs;
}

/** What looks at arrivals and what does jobs; the database is asked by neither while nothing has happened. */
export function createIngest(runs: Runs) {
  const { events, wake } = runs.queues;
  const ingest = events.subscribe(
    { ...decoderOf(runs, "ingest"), memory: "2048 MB", timeout: `${INGEST_SECONDS} seconds` },
    {
      batch: { size: 5, partialResponses: true },
      transform: { eventSourceMapping: (args) => void (args.scalingConfig = { maximumConcurrency: 10 }) },
    },
  );
  const work = wake.subscribe(
    { ...decoderOf(runs, "work"), memory: "2048 MB", timeout: `${WORK_SECONDS} seconds` },
    {
      batch: { size: 10, partialResponses: true },
      transform: { eventSourceMapping: (args) => void (args.scalingConfig = { maximumConcurrency: 2 }) },
    },
  );
  return { ingest: ingest.nodes.function, work: work.nodes.function };
}
