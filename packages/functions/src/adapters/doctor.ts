import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { DeleteObjectCommand, GetBucketNotificationConfigurationCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Observations, Reply } from "@tintype/core/doctor";
import { INCOMING, PROBE } from "@tintype/core/storage";
import { announceLarge, lookAt } from "./doctor-look.ts";
import { lookAtDatabase } from "./doctor-database.ts";
import type { NodeSettings } from "./settings-node.ts";
import { createClient, type S3Options } from "./store-s3-client.ts";
import { createSigners } from "./store-s3-sign.ts";

const WITHIN_MS = 5_000;
/** MinIO looks every 3 s at what it has to tell. */
const TOLD_MS = 8_000;

type Settings = Pick<NodeSettings, "publicUrl" | "databaseUrl" | "s3">;

/**
 * Looks at everything between Tintype, its store, its database and its browsers, the settings' own view of it. Bounded in time, leaves nothing
 * behind, never throws for what is wrong: that is what it tells.
 */
export async function observe({ publicUrl, databaseUrl, s3 }: Settings): Promise<Observations> {
  const { endpoint, publicEndpoint, bucket } = s3;
  const [{ database, notes }, store, atPublic, throughUs] = await Promise.all([
    lookAtDatabase(databaseUrl),
    lookAt(s3, endpoint, publicUrl),
    endpoint === publicEndpoint ? undefined : lookAt(s3, publicEndpoint, publicUrl),
    largeThroughUs(s3, publicUrl),
  ]);
  const isUsable = store.put !== undefined && "status" in store.put && store.put.status === 200;
  const hook = isUsable && database.failure === undefined ? await lookAtHook(s3, databaseUrl, notes) : notes;
  return { settings: { publicUrl, endpoint, publicEndpoint, bucket }, database, store, public: atPublic ?? store, throughUs, hook };
}

async function largeThroughUs(s3: S3Options, publicUrl: string): Promise<Reply> {
  const { url } = await createSigners(s3)(s3.endpoint).put({
    key: `${PROBE}${randomUUID()}`,
    size: 64 * 2 ** 20,
    type: "image/gif",
    expiresIn: 300,
  });
  const { pathname } = new URL(s3.endpoint);
  const signed = new URL(url);
  return announceLarge(`${publicUrl}/store${signed.pathname.slice(pathname.replace(/\/$/u, "").length)}${signed.search}`);
}

/** Writes a byte where the bucket tells of it, and waits whether a message of it comes. */
async function lookAtHook(s3: S3Options, databaseUrl: string, before: Observations["hook"]): Promise<Observations["hook"]> {
  const client = createClient(s3);
  try {
    const rule = await ruleOf(client, s3.bucket);
    if (rule === undefined) return before;
    const { target, prefix } = rule;
    if (prefix === undefined) return { ...before, target };
    const Key = `${prefix}doctor-${randomUUID()}`;
    await client.send(new PutObjectCommand({ Bucket: s3.bucket, Key, Body: Buffer.from("T"), ContentLength: 1 }), within());
    await client.send(new DeleteObjectCommand({ Bucket: s3.bucket, Key }), within());
    for (const end = Date.now() + TOLD_MS; ;) {
      const { notes } = await lookAtDatabase(databaseUrl);
      if (notes.seenAt !== before.seenAt) return { target, isTold: true, ...notes };
      if (notes.refusedAt !== before.refusedAt || Date.now() > end) return { target, isTold: false, ...notes };
      await sleep(500);
    }
  } catch {
    // Not every store knows of notifications, and not every key may ask.
    return before;
  } finally {
    client.destroy();
  }
}

const within = () => ({ abortSignal: AbortSignal.timeout(WITHIN_MS) });

type Rule = { target: string; prefix: string | undefined };

/** Whom the bucket tells, if it is us, and a prefix that it tells of where no object is anybody's photo. */
async function ruleOf(client: S3Client, Bucket: string): Promise<Rule | undefined> {
  const { QueueConfigurations = [] } = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }), within());
  const ours = QueueConfigurations.filter(({ QueueArn = "" }) => /:tintype:webhook$/iu.test(QueueArn));
  const [first] = ours;
  if (first?.QueueArn === undefined) return undefined;
  const prefixes = ours.map(({ Filter }) => Filter?.Key?.FilterRules?.find(({ Name }) => /prefix/iu.test(Name ?? ""))?.Value ?? "");
  const prefix = prefixes.find((each) => each === "" || each === INCOMING);
  return { target: first.QueueArn, prefix: prefix === "" ? PROBE : prefix };
}
