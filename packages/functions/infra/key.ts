import { createHmac } from "node:crypto";
import type { Store } from "./storage.ts";
import type { Queues } from "./queue.ts";

/** What a key may do, and with what. */
export type Right = { actions: string[]; resources: $util.Input<string>[] };

/** Variables of a function or the Worker. */
export type Environment = Record<string, $util.Input<string>>;

/** A key of AWS, and a token that is made of it. */
export type Key = { id: $util.Output<string>; secret: $util.Output<string>; frontToken: $util.Output<string> };

/**
 * The key for the photos, where they are on S3, and the queues. The role of a function would not do: what is signed with its session ends
 * when that does.
 */
export function createKey(store: Store, queues: Queues): Key {
  const send = { actions: ["sqs:SendMessage"], resources: [queues.ingest.arn, queues.wake.arn].concat(queues.looks?.arn ?? []) };
  const user = new aws.iam.User("Signer", { name: `${$app.name}-${$app.stage}-signer`, forceDestroy: true });
  const policy = aws.iam.getPolicyDocumentOutput({ statements: [...store.rights, send] }).json;
  new aws.iam.UserPolicy("SignerPolicy", { user: user.name, policy });
  const { id, secret } = new aws.iam.AccessKey("SignerKey", { user: user.name });
  const frontToken = $util.secret(secret.apply((known) => createHmac("sha256", known).update("tintype front").digest("base64url")));
  return { id, secret: $util.secret(secret), frontToken };
}

/** What src/adapters/settings-cloud.ts reads, but for the address of the database: that comes with the link to it. */
export function createEnvironment(store: Store, { id, secret }: Key, queues: Queues, origin: $util.Input<string>) {
  const isOnS3 = store.rights.length > 0;
  return {
    ...store.environment,
    ...(isOnS3 ? { S3_ACCESS_KEY_ID: id, S3_SECRET_ACCESS_KEY: secret } : { QUEUE_ACCESS_KEY_ID: id, QUEUE_SECRET_ACCESS_KEY: secret }),
    PUBLIC_URL: origin,
    AWS_QUEUE_REGION: aws.getRegionOutput().region,
    INGEST_QUEUE_URL: queues.ingest.url,
    WAKE_QUEUE_URL: queues.wake.url,
    ...(queues.looks && { LOOKS_QUEUE_URL: queues.looks.url }),
  } satisfies Environment;
}
