import type { Database } from "./database.ts";
import type { Environment } from "./key.ts";
import { type Queues, SECONDS } from "./queue.ts";
import type { Settings } from "./setting.ts";

/** What our code runs with: these variables, and the database. */
export type Given = { environment: Environment; database: Database };

/** What serves people and queues: not before the database is what its code expects. */
export type Serving = Given & { migration: aws.lambda.Invocation };

/** Every function of ours: an entry in what `npm run bundle lambda` has made, with sharp for its processor. */
export function functionOf(entry: string, { environment, database }: Given) {
  return {
    bundle: "packages/functions/dist/lambda",
    handler: `functions/dist/lambda/lambda-${entry}.handler`,
    runtime: "nodejs22.x",
    architecture: "arm64",
    logging: { retention: "1 month", format: "json" },
    environment,
    link: [database],
    transform: {
      role: (args) => {
        // Else SST's own lets whoever has the right to take on roles in this account take on these.
        args.assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" });
      },
    },
  } satisfies sst.aws.FunctionArgs;
}

/** The same, with new code only after the migration: a migration adds alone, so the old code goes on with what it has made. */
export function serverOf(entry: string, { migration, ...given }: Serving) {
  const { transform, ...known } = functionOf(entry, given);
  return {
    ...known,
    transform: {
      ...transform,
      function: (args, options) => {
        // Of what a queue or a clock calls, SST forgets which variables were secret, and the state would have them in clear.
        if (args.environment) args.environment = $util.secret(args.environment);
        options.dependsOn = migration;
      },
    },
  } satisfies sst.aws.FunctionArgs;
}

/**
 * Five photos at once were measured to take 276 MB; but each of two decoders may take 1,280 MB of a hostile one (image-sharp.ts), and
 * the function itself takes 260: with less, both together end the whole process. Than 2,048 MB it is a sixth faster and costs a fifth
 * more (docs/scale.md).
 */
const MEMORY = "3008 MB";

/** What looks at arrivals and what does jobs: neither is called while nothing has happened. */
export function createIngest(serving: Serving, queues: Queues, { ingestConcurrency }: Settings) {
  const ingest = queues.ingest.subscribe(
    { ...serverOf("ingest", serving), memory: MEMORY, timeout: `${SECONDS.ingest} seconds` },
    {
      batch: { size: 5, partialResponses: true },
      transform: { eventSourceMapping: (args) => void (args.scalingConfig = { maximumConcurrency: ingestConcurrency }) },
    },
  );
  const work = queues.wake.subscribe(
    { ...serverOf("work", serving), memory: MEMORY, timeout: `${SECONDS.work} seconds` },
    {
      batch: { size: 10 },
      transform: { eventSourceMapping: (args) => void (args.scalingConfig = { maximumConcurrency: 2 }) },
    },
  );
  return { ingest: ingest.nodes.function, work: work.nodes.function };
}
