import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  type QueueConfiguration,
  type S3Client,
} from "@aws-sdk/client-s3";
import { INBOX, INCOMING, LIBRARY, type Outcome } from "@tintype/core/storage";
import type { S3Options } from "./store-s3-client.ts";
import { refusal } from "./store-s3-error.ts";
import { done, needs } from "./store-s3-setup-outcome.ts";

/** Where the store's messages go, and what shows that they are its own. */
export type Hook = { url: string; token: string };

/** By prefix: thumbnails and what we write ourselves are of no interest. */
const RULES = { "tintype-library": LIBRARY, "tintype-incoming": INCOMING, "tintype-inbox": INBOX };
const TARGET = "TINTYPE";

/**
 * Has the bucket tell our webhook of what comes and goes; its other notifications stay. The webhook itself is a setting of the store: where it
 * is not known there, the outcome has the lines to set.
 */
export async function setUpEvents(client: S3Client, { bucket: Bucket, region }: S3Options, hook: Hook): Promise<Outcome> {
  // MinIO's and our own server's way to name a webhook, and RustFS's.
  const targets = [`arn:minio:sqs::${TARGET}:webhook`, `arn:rustfs:sqs:${region}:${TARGET.toLowerCase()}:webhook`];
  const { $metadata: _, ...known } = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
  const others = (known.QueueConfigurations ?? []).filter((rule) => !isOurs(rule));
  const ours = (known.QueueConfigurations ?? []).filter(isOurs);
  for (const arn of targets) {
    if (isWhole(ours, arn)) return done(`The bucket notifies ${arn}.`);
    const QueueConfigurations = [...others, ...rulesFor(arn)];
    const refused = await client
      .send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: { ...known, QueueConfigurations } }))
      .then(
        () => undefined,
        (error: unknown) => (refusal(error)?.startsWith("400") === true ? error : Promise.reject(error)),
      );
    if (refused === undefined) return done(`The bucket notifies ${arn}.`);
  }
  return needs(
    "The store knows no webhook of ours. Set this for the store, start it again, and set it up again. RustFS: RUSTFS_ for MINIO_.",
    [
      `MINIO_NOTIFY_WEBHOOK_ENABLE_${TARGET}=on`,
      `MINIO_NOTIFY_WEBHOOK_ENDPOINT_${TARGET}=${hook.url}`,
      `MINIO_NOTIFY_WEBHOOK_AUTH_TOKEN_${TARGET}=${hook.token}`,
      `MINIO_NOTIFY_WEBHOOK_QUEUE_DIR_${TARGET}=/data/.tintype-events`,
    ],
  );
}

function rulesFor(QueueArn: string): QueueConfiguration[] {
  return Object.entries(RULES).map(([Id, prefix]) => ({
    Id,
    QueueArn,
    Events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
    Filter: { Key: { FilterRules: [{ Name: "prefix", Value: prefix }] } },
  }));
}

/** By its id, or by its target where the store forgets ids. */
function isOurs({ Id, QueueArn }: QueueConfiguration): boolean {
  return Object.hasOwn(RULES, Id ?? "") || QueueArn?.toUpperCase().endsWith(`:${TARGET}:WEBHOOK`) === true;
}

function isWhole(ours: readonly QueueConfiguration[], arn: string): boolean {
  const prefixes = ours.filter(({ QueueArn }) => QueueArn === arn).map(({ Filter }) => Filter?.Key?.FilterRules?.[0]?.Value);
  return ours.length === prefixes.length && Object.values(RULES).every((prefix) => prefixes.includes(prefix));
}
