/// <reference path="./.sst/platform/config.d.ts" />

/** Where the API runs and the photos lie: `aws`, or `cloudflare` with its R2; what needs Node is on Lambda in both. */
const edge = process.env["TINTYPE_EDGE"] ?? "aws";
const domain = process.env["TINTYPE_DOMAIN"];

export default $config({
  app({ stage }) {
    if (edge !== "aws" && edge !== "cloudflare") throw new Error("TINTYPE_EDGE is aws or cloudflare.");
    const isProduction = stage === "production";
    return {
      name: "tintype",
      home: "aws",
      removal: isProduction ? "retain" : "remove",
      protect: isProduction,
      providers: { aws: "7.20.0", neon: "0.13.0", ...(edge === "cloudflare" && { cloudflare: "6.15.0" }) },
    };
  },
  async run() {
    const { createApi, createMigration } = await import("./packages/functions/infra/api.ts");
    const { createDatabase } = await import("./packages/functions/infra/database.ts");
    const { createIngest } = await import("./packages/functions/infra/ingest.ts");
    const { createEnvironment } = await import("./packages/functions/infra/key.ts");
    const { createQueues } = await import("./packages/functions/infra/queue.ts");
    const { createR2, createS3 } = await import("./packages/functions/infra/storage.ts");
    const { createRouter, serveSite, workerOrigin } = await import("./packages/functions/infra/web.ts");
    const { watch } = await import("./packages/functions/infra/watch.ts");
    const { createWorker } = await import("./packages/functions/infra/worker.ts");
    const queues = createQueues();
    const store = edge === "aws" ? createS3(queues.ingest) : createR2();
    const router = edge === "aws" ? createRouter(store, domain) : undefined;
    const origin = router?.url ?? workerOrigin(domain);
    store.letIn(origin);
    const environment = createEnvironment(store, queues, createDatabase(), origin);
    const front = router ? createApi(environment, router) : createWorker(environment, store, domain);
    if (router) serveSite(router);
    watch({ ...createIngest(environment, queues), ...front }, queues);
    return { bucket: store.bucket, open: createMigration(environment) };
  },
});
