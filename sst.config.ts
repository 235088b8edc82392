/// <reference path="./.sst/platform/config.d.ts" />
export default $config({
  async app({ stage }) {
    const { readEdge } = await import("./packages/functions/infra/setting.ts");
    // Where the API runs and the photos lie; what needs Node is on Lambda in both.
    const edge = readEdge(process.env);
    return {
      name: "tintype",
      home: "aws",
      removal: stage === "production" ? "retain" : "remove",
      protect: stage === "production" && process.env["TINTYPE_PROTECT"] !== "off",
      providers: { aws: "7.20.0", neon: "0.13.0", ...(edge === "cloudflare" && { cloudflare: "6.15.0" }) },
    };
  },
  async run() {
    const { createApi, createCron, createMigration } = await import("./packages/functions/infra/api.ts");
    const { createDatabase } = await import("./packages/functions/infra/database.ts");
    const { createIngest } = await import("./packages/functions/infra/ingest.ts");
    const { createEnvironment, createKey } = await import("./packages/functions/infra/key.ts");
    const { createQueues } = await import("./packages/functions/infra/queue.ts");
    const { readSettings } = await import("./packages/functions/infra/setting.ts");
    const { createR2, createS3 } = await import("./packages/functions/infra/storage.ts");
    const { createRouter, originOf, serve } = await import("./packages/functions/infra/web.ts");
    const { watch } = await import("./packages/functions/infra/watch.ts");
    const { createWorker } = await import("./packages/functions/infra/worker.ts");
    const settings = readSettings(process.env);
    const { edge, domain } = settings;
    const queues = createQueues(edge);
    const store = edge === "aws" ? createS3(queues.ingest, settings) : createR2();
    const key = createKey(store, queues);
    const router = edge === "aws" ? createRouter(store, key, domain) : undefined;
    const environment = createEnvironment(store, key, queues, originOf(store, domain, router));
    const { open, ...serving } = createMigration({ environment, database: createDatabase() });
    const api = createApi(serving, key);
    if (router) serve(router, api);
    else createWorker(serving, key, store, api, domain);
    watch(api, { ...createIngest(serving, queues, settings), ...(router && { cron: createCron(serving) }) }, queues, settings);
    return { bucket: store.bucket, open };
  },
});
