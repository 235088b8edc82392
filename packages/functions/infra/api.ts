import { functionOf, type Given, serverOf, type Serving } from "./ingest.ts";
import type { Key } from "./key.ts";
import { SECONDS } from "./queue.ts";

/** The whole API as a function that streams its answers, for a router or a Worker to call, and nobody else: see src/api/front-token.ts. */
export function createApi(serving: Serving, { frontToken }: Key): sst.aws.Function {
  return new sst.aws.Function("Api", {
    ...serverOf("api", { ...serving, environment: { ...serving.environment, FRONT_TOKEN: frontToken } }),
    // Measured: 114 MB at its first answer. The rest is for the processor that comes with it: a cold start is mostly reading modules.
    memory: "1024 MB",
    timeout: `${SECONDS.api} seconds`,
    streaming: true,
    url: { cors: false },
  });
}

/** What looks hourly whether anything is due. */
export function createCron(serving: Serving) {
  const cron = new sst.aws.CronV2("Hourly", {
    schedule: "rate(1 hour)",
    // Measured: 51 MB.
    function: { ...serverOf("cron", serving), memory: "512 MB", timeout: "60 seconds" },
  });
  return cron.nodes.function;
}

/**
 * Brings the database up to date, each time that the functions or the database are others than before. Tells where to open Tintype; the first time,
 * to set it up.
 */
export function createMigration(given: Given): Serving & { open: $util.Output<string> } {
  const migrate = new sst.aws.Function("Migrate", { ...functionOf("migrate", given), memory: "1024 MB", timeout: "5 minutes" });
  const triggers = {
    code: migrate.nodes.function.apply(({ s3Key }) => s3Key.apply(String)),
    // One that took the place of another is empty.
    database: given.database.properties.projectId,
  };
  const migration = new aws.lambda.Invocation("Migration", { functionName: migrate.name, input: "{}", triggers });
  const open = migration.result.apply((answer) => String(Reflect.get(Object(JSON.parse(answer)), "open")));
  return { ...given, migration, open };
}
