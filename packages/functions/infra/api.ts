import { ARRIVALS } from "./storage.ts";
import { functionOf, type Runs } from "./ingest.ts";
import { pageHeaders } from "./web.ts";

/** The API as a function that streams its answers, behind the router; and what looks hourly whether anything is due. */
export function createApi(runs: Runs, router: sst.aws.Router) {
  const base = functionOf(runs, "api");
  const api = new sst.aws.Function("Api", {
    ...base,
    memory: "1024 MB",
    timeout: "30 seconds",
    streaming: true,
    url: { cors: false },
    // The page of a share link is told its title before it is sent.
    copyFiles: [...base.copyFiles, ...["index.html", "s/index.html"].map((page) => ({ from: `packages/web/dist/${page}` }))],
  });
  for (const path of ["/api", "/s"]) router.route(path, api.url);
  const cron = new sst.aws.CronV2("Hourly", {
    schedule: "rate(1 hour)",
    function: { ...functionOf(runs, "cron"), memory: "256 MB", timeout: "60 seconds" },
  });
  return { api, cron: cron.nodes.function };
}

/**
 * The API as a Worker on `domain`, which serves the site too, hears from R2 what arrives and sends it on to `events`, and looks hourly whether
 * anything is due. Passwords are hashed by a function: that takes longer than a Worker may.
 */
export function createWorker(runs: Runs, domain: string | undefined) {
  const accountId = sst.cloudflare.DEFAULT_ACCOUNT_ID;
  const { origin, store, queues, database, authSecret } = runs;
  const { handler, runtime, architecture, logging } = functionOf(runs, "password");
  const password = new sst.aws.Function("Password", {
    handler,
    runtime,
    architecture,
    logging,
    memory: "1024 MB",
    timeout: "10 seconds",
    url: { cors: false },
    environment: { AUTH_SECRET: authSecret.value },
  });
  const send = new sst.Linkable("Send", {
    properties: {},
    include: [sst.aws.permission({ actions: ["sqs:SendMessage"], resources: [queues.events.arn, queues.wake.arn] })],
  });
  const { S3_SECRET_ACCESS_KEY = "", ...plain } = store.environment;
  const secrets = { S3_SECRET_ACCESS_KEY, DATABASE_URL: database.properties.url, AUTH_SECRET: authSecret.value };
  const worker = new sst.cloudflare.Worker("Api", {
    handler: "packages/functions/src/entry/worker.ts",
    ...(domain !== undefined && { domain }),
    url: false,
    // Without `nodejs_compat`: nothing of Node is in it.
    compatibility: { date: "2026-04-01", flags: [] },
    link: [send],
    environment: {
      ...plain,
      PUBLIC_URL: origin,
      AWS_REGION: aws.getRegionOutput().region,
      EVENTS_QUEUE_URL: queues.events.url,
      WAKE_QUEUE_URL: queues.wake.url,
      PASSWORD_URL: password.url,
    },
    assets: {
      directory: "packages/web/dist",
      notFoundHandling: "single-page-application",
      runWorkerFirst: ["/api/*", "/s/*", "!/s/assets/*"],
    },
    transform: {
      worker: (args) => {
        const hidden = Object.entries(secrets).map(([name, text]) => ({ type: "secret_text", name, text }));
        args.bindings = $output(args.bindings).apply((bindings = []) => [...bindings, ...hidden]);
        args.assets = $output(args.assets).apply((assets) => ({ ...assets, config: { ...assets?.config, headers: headersFile(plain) } }));
      },
    },
  });
  const scriptName = worker.nodes.worker.scriptName;
  consume(runs, scriptName);
  new cloudflare.WorkersCronTrigger("Hourly", { accountId, scriptName, schedules: [{ cron: "0 * * * *" }] });
  return { password };
}

/** The headers of the site's files, as Cloudflare reads them. */
function headersFile({ S3_ENDPOINT = "" }: Record<string, $util.Input<string>>): $util.Output<string> {
  return $output(S3_ENDPOINT).apply((store) => {
    const lines = Object.entries(pageHeaders(store)).map(([name, value]) => `  ${name}: ${value}`);
    const kept = "  cache-control: public, max-age=31536000, immutable";
    return ["/*", ...lines, "/assets/*", kept, "/s/assets/*", kept, ""].join("\n");
  });
}

/** R2 tells a queue what arrives, and the Worker hears it. What it could not send on six times, the sweep finds. */
function consume({ store }: Runs, scriptName: $util.Output<string>): void {
  const accountId = sst.cloudflare.DEFAULT_ACCOUNT_ID;
  const dead = new sst.cloudflare.Queue("ArrivalsDead");
  const arrivals = new sst.cloudflare.Queue("Arrivals");
  const actions = ["PutObject", "CopyObject", "CompleteMultipartUpload", "DeleteObject"];
  new cloudflare.R2BucketEventNotification("MediaEvents", {
    accountId,
    bucketName: store.bucket,
    queueId: arrivals.id,
    rules: Object.values(ARRIVALS).map((prefix) => ({ prefix, actions })),
  });
  new cloudflare.QueueConsumer("ArrivalsConsumer", {
    accountId,
    queueId: arrivals.id,
    type: "worker",
    scriptName,
    deadLetterQueue: dead.nodes.queue.queueName,
    settings: { batchSize: 10, maxRetries: 6, maxWaitTimeMs: 1000 },
  });
}
