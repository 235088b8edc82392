import { inbox, type Place, type Store } from "./device-store.ts";

/** What rclone calls each store; the others are "Other". */
const PROVIDERS: Partial<Record<Store, string>> = { minio: "Minio", ceph: "Ceph", seaweedfs: "SeaweedFS", aws: "AWS" };

/** The lines that tell how the key is used: with rclone, mc, aws-cli (one of them is enough), or an app on a phone. */
export function toolSettings({ store, endpoint, region, bucket, handle, account, key }: Place): string[] {
  const path = `${bucket}/${inbox(handle)}`;
  const remote = [
    `provider=${PROVIDERS[store] ?? "Other"}`,
    `access_key_id=${key.id}`,
    `secret_access_key=${key.secret}`,
    `endpoint=${endpoint}`,
    `region=${region}`,
    // The key may neither look at the bucket nor at what it has sent.
    "no_check_bucket=true",
    "no_head=true",
  ];
  const credentials = `AWS_ACCESS_KEY_ID=${key.id} AWS_SECRET_ACCESS_KEY=${key.secret} AWS_DEFAULT_REGION=${region}`;
  return [
    "2. On the device, one of these",
    "",
    "   rclone. What Tintype has taken is gone from the inbox, so everything is sent each time: --max-age is for a schedule.",
    "",
    `   rclone config create ${account} s3 ${remote.join(" ")}`,
    `   rclone copy --no-check-dest --max-age 2d ~/Pictures ${account}:${path}`,
    "",
    "   mc",
    "",
    `   mc alias set ${account} ${endpoint} ${key.id} ${key.secret}`,
    `   mc cp --recursive ~/Pictures/ ${account}/${path}`,
    "",
    "   aws-cli",
    "",
    `   ${credentials} aws --endpoint-url ${endpoint} s3 cp --recursive ~/Pictures s3://${path}`,
    "",
    "   An app on a phone that uploads to S3: one-way, without looking first at what is there. Its settings:",
    "",
    `   Endpoint        ${endpoint} (path style)`,
    `   Region          ${region}`,
    `   Bucket          ${bucket}`,
    `   Folder          ${inbox(handle)}`,
    `   Access key      ${key.id}`,
    `   Secret key      ${key.secret}`,
    "",
    "What arrives in the inbox appears in the timeline and moves into library/. The key can put files there, and can read, list and remove nothing.",
  ];
}
