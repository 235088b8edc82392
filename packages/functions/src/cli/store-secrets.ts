import { hookToken } from "../adapters/derived-token.ts";
import { policyFor } from "../adapters/store-s3-policy.ts";
import { randomHex, type SecretFiles } from "../adapters/secret-files.ts";

/** Where a store of deploy/compose.yaml tells of new objects. */
const HOOK = "http://tintype:3000/api/hooks/store";

type Key = { id: string; secret: string };

/**
 * Makes a key of ours for each store of deploy/compose.yaml, so that photos can move from one to another with both running, and what the
 * store itself must read to know it.
 */
export async function storeSecrets(files: SecretFiles, bucket: string): Promise<void> {
  await minio(files, await ownKey(files, "minio"), bucket);
  await versitygw(files);
  await rustfs(files, await ownKey(files, "rustfs"));
  await seaweedfs(files, await ownKey(files, "seaweedfs"), bucket);
  // Garage takes no other form of an id than this.
  await garage(files, await ownKey(files, "garage", () => `GK${randomHex(12)}`));
}

/** Twenty characters are the most that MinIO takes for an id. */
async function ownKey(files: SecretFiles, store: string, makeId = () => randomHex(10).toUpperCase()): Promise<Key> {
  const id = await files.keep(`app/${store}/access-key-id`, makeId);
  const secret = await files.keep(`app/${store}/secret-access-key`, () => randomHex(32));
  return { id, secret };
}

async function minio(files: SecretFiles, { secret }: Key, bucket: string): Promise<void> {
  const user = await files.keep("store/minio/root-user", () => randomHex(10));
  const password = await files.keep("store/minio/root-password", () => randomHex(20));
  const lines = [
    `MINIO_ROOT_USER=${user}`,
    `MINIO_ROOT_PASSWORD=${password}`,
    `MINIO_NOTIFY_WEBHOOK_AUTH_TOKEN_TINTYPE=${hookToken(secret)}`,
  ];
  await files.put("store/minio/config.env", `${lines.join("\n")}\n`);
  await files.put("store/minio/policy.json", `${JSON.stringify(policyFor(bucket), null, 2)}\n`);
}

async function versitygw(files: SecretFiles): Promise<void> {
  await ownKey(files, "versitygw");
  await files.keep("store/versitygw/root-access-key", () => randomHex(10));
  await files.keep("store/versitygw/root-secret-key", () => randomHex(20));
}

async function rustfs(files: SecretFiles, { id, secret }: Key): Promise<void> {
  await files.put("store/rustfs/access-key-id", `${id}\n`);
  await files.put("store/rustfs/secret-access-key", `${secret}\n`);
  await files.put("store/rustfs/hook-token", `${hookToken(secret)}\n`);
}

async function seaweedfs(files: SecretFiles, { id, secret }: Key, bucket: string): Promise<void> {
  const actions = ["Admin", "Read", "Write", "List", "Tagging"].map((action) => `${action}:${bucket}`);
  const identities = [{ name: "tintype", credentials: [{ accessKey: id, secretKey: secret }], actions }];
  // Kept as it is: `tintype device add` has its owner add to it.
  await files.keep("store/seaweedfs/s3.json", () => JSON.stringify({ identities }, null, 2));
  const lines = [
    "[notification.webhook]",
    "enabled = true",
    `endpoint = "${HOOK}"`,
    `bearer_token = "${hookToken(secret)}"`,
    'event_types = ["create", "update", "rename"]',
    `path_prefixes = ["/buckets/${bucket}"]`,
  ];
  await files.put("store/seaweedfs/notification.toml", `${lines.join("\n")}\n`);
}

async function garage(files: SecretFiles, { id, secret }: Key): Promise<void> {
  await files.put("store/garage/garage.env", `GARAGE_DEFAULT_ACCESS_KEY=${id}\nGARAGE_DEFAULT_SECRET_KEY=${secret}\n`);
  const lines = [
    'metadata_dir = "/data/meta"',
    'data_dir = "/data/data"',
    'db_engine = "sqlite"',
    "replication_factor = 1",
    'rpc_bind_addr = "127.0.0.1:3901"',
    `rpc_secret = "${await files.keep("store/garage/rpc-secret", () => randomHex(32))}"`,
    "[s3_api]",
    's3_region = "us-east-1"',
    'api_bind_addr = "[::]:9000"',
  ];
  await files.put("store/garage/garage.toml", `${lines.join("\n")}\n`);
}
