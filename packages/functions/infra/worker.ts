import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { headersFile } from "./header.ts";
import type { Serving } from "./ingest.ts";
import type { Key } from "./key.ts";
import { ARRIVALS, type Store } from "./storage.ts";

/** What `npm run bundle worker` has made. SST's own bundle of it would have parts of Node in it, and is not used. */
const BUNDLE = "packages/functions/dist/worker/worker.js";

/** Each message is sent on by itself, by three tries at most, and a free Worker may ask others 50 times in one call. */
const BATCH = 10;

/**
 * The part of the API that people wait for as a Worker on `domain`, which has `api` answer the rest, serves the site, hears from R2 what
 * arrives and sends it on, and looks hourly whether anything is due.
 */
export function createWorker(serving: Serving, key: Key, store: Store, api: sst.aws.Function, domain: string | undefined): void {
  const { S3_SECRET_ACCESS_KEY = "", QUEUE_SECRET_ACCESS_KEY = "", ...plain } = serving.environment;
  // A link of SST's would tell a Worker the address in JSON, under another name than the functions are told it.
  const { url } = serving.database.properties;
  const secrets = { S3_SECRET_ACCESS_KEY, QUEUE_SECRET_ACCESS_KEY, DATABASE_URL: url, FRONT_TOKEN: key.frontToken };
  const contentFile = `${$cli.paths.root}/${BUNDLE}`;
  const worker = new sst.cloudflare.Worker("Worker", {
    handler: BUNDLE,
    ...(domain !== undefined && { domain }),
    url: false,
    // Without `nodejs_compat`: nothing of Node is in it.
    compatibility: { date: "2026-04-01", flags: [] },
    environment: { ...plain, ORIGIN_URL: api.url },
    assets: {
      directory: "packages/web/dist",
      // The Worker knows which paths are pages: see site-edge.ts.
      notFoundHandling: "none",
      runWorkerFirst: ["/api/*", "/s/*"],
    },
    transform: {
      worker: (args, options) => {
        options.dependsOn = serving.migration;
        // What it says is kept; what it is asked for is not, for there are the tokens of share links in that.
        args.observability = { enabled: true, logs: { enabled: true, invocationLogs: false } };
        args.contentFile = contentFile;
        args.contentSha256 = createHash("sha256").update(readFileSync(contentFile)).digest("hex");
        const hidden = Object.entries(secrets).map(([name, text]) => ({ type: "secret_text", name, text }));
        args.bindings = $output(args.bindings).apply((bindings = []) => [...bindings, ...hidden]);
        args.assets = $output(args.assets).apply((assets) => ({
          ...assets,
          config: { ...assets?.config, headers: store.pictures.apply(headersFile) },
        }));
      },
    },
  });
  const scriptName = worker.nodes.worker.scriptName;
  consume(store, scriptName);
  const accountId = sst.cloudflare.DEFAULT_ACCOUNT_ID;
  new cloudflare.WorkersCronTrigger("Hourly", { accountId, scriptName, schedules: [{ cron: "0 * * * *" }] });
}

/**
 * R2 tells a queue what arrives, and the Worker hears it. What it could not send on six times it tries again each hour, for as long as
 * Cloudflare keeps a message; after that, the sweep finds it.
 */
function consume({ bucket }: Store, scriptName: $util.Output<string>): void {
  const accountId = sst.cloudflare.DEFAULT_ACCOUNT_ID;
  const dead = new sst.cloudflare.Queue("ArrivalsDead");
  const arrivals = new sst.cloudflare.Queue("Arrivals");
  const actions = ["PutObject", "CopyObject", "CompleteMultipartUpload", "DeleteObject"];
  new cloudflare.R2BucketEventNotification("MediaEvents", {
    accountId,
    bucketName: bucket,
    queueId: arrivals.id,
    rules: Object.values(ARRIVALS).map((prefix) => ({ prefix, actions })),
  });
  const consumer = { accountId, type: "worker", scriptName };
  new cloudflare.QueueConsumer("ArrivalsConsumer", {
    ...consumer,
    queueId: arrivals.id,
    deadLetterQueue: dead.nodes.queue.queueName,
    settings: { batchSize: BATCH, maxRetries: 6, maxWaitTimeMs: 1000 },
  });
  new cloudflare.QueueConsumer("ArrivalsDeadConsumer", {
    ...consumer,
    queueId: dead.id,
    settings: { batchSize: BATCH, maxRetries: 100, retryDelay: 3600 },
  });
}
