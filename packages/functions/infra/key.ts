import type { Store } from "./storage.ts";
import type { Queues } from "./queue.ts";

/** What a key may do, and with what. */
export type Right = { actions: string[]; resources: $util.Input<string>[] };

/** Variables of a function or the Worker. */
export type Environment = Record<string, $util.Input<string>>;

/**
 * What src/adapters/settings-cloud.ts reads, with a key of AWS for the photos, where they are on S3, and the queues. The role of a function would
 * not do: what is signed with its session ends when that does.
 */
export function createEnvironment(
  store: Store,
  queues: Queues,
  database: sst.Linkable<{ url: $util.Output<string> }>,
  origin: $util.Input<string>,
) {
  const send = { actions: ["sqs:SendMessage"], resources: [queues.ingest.arn, queues.wake.arn] };
  const { id, secret } = createKey([...store.rights, send]);
  const isOnS3 = store.rights.length > 0;
  return {
    ...store.environment,
    ...(isOnS3 ? { S3_ACCESS_KEY_ID: id, S3_SECRET_ACCESS_KEY: secret } : { QUEUE_ACCESS_KEY_ID: id, QUEUE_SECRET_ACCESS_KEY: secret }),
    DATABASE_URL: database.properties.url,
    PUBLIC_URL: origin,
    AWS_QUEUE_REGION: aws.getRegionOutput().region,
    INGEST_QUEUE_URL: queues.ingest.url,
    WAKE_QUEUE_URL: queues.wake.url,
  } satisfies Environment;
}

function createKey(statements: Right[]) {
  const user = new aws.iam.User("Keeper", { name: `${$app.name}-${$app.stage}`, forceDestroy: true });
  const policy = aws.iam.getPolicyDocumentOutput({ statements }).json;
  new aws.iam.UserPolicy("KeeperPolicy", { user: user.name, policy });
  const { id, secret } = new aws.iam.AccessKey("KeeperKey", { user: user.name });
  return { id, secret: $util.secret(secret) };
}
