import { once } from "node:events";
import { createServer as createHttpServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { SetUp } from "@tintype/core/storage";
import { createServer } from "@tintype/s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createS3Store } from "../../packages/functions/src/adapters/store-s3.ts";
import { createClient, type S3Options } from "../../packages/functions/src/adapters/store-s3-client.ts";
import { setUpStore } from "../../packages/functions/src/adapters/store-s3-setup.ts";
import { startFaultStore } from "../support/fault-store.ts";
import { freePort } from "../support/postgres.ts";
import { CREDENTIALS, type RunningStore, SETTING, startMinio, STORES } from "../support/stores.ts";

const Bucket = "photos";
const statesOf = (outcomes: SetUp) => Object.fromEntries(Object.entries(outcomes).map(([duty, { state }]) => [duty, state]));

const KNOWN: Record<string, Record<string, string>> = {
  "embedded server": { bucket: "done", cors: "done", events: "needs", uploads: "not offered", versions: "not offered" },
  MinIO: { bucket: "done", cors: "done", events: "needs", uploads: "not offered", versions: "done" },
  "Ceph RGW": { bucket: "done", cors: "done", events: "needs", uploads: "done", versions: "done" },
  versitygw: { bucket: "done", cors: "done", events: "not offered", uploads: "not offered", versions: "not offered" },
};

/** For how many days versions are kept, by rule and prefix. */
const KEPT = [
  ["tintype-versions", "", 30],
  ["tintype-versions-derived", "derived/", 1],
  ["tintype-versions-inbox", "inbox/", 1],
  ["tintype-versions-incoming", "incoming/", 1],
  ["tintype-versions-probe", "probe/", 1],
] as const;

describe.each(STORES)("setting up $name", { timeout: 60_000 }, ({ name, start }) => {
  let running: RunningStore;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => running.stop());

  it("begins without the bucket, which is an outage: no object of it is said to be missing", async () => {
    const store = createS3Store(running.options);
    const away = { code: "storage_unavailable", message: "There is no bucket photos in the store." };
    await expect(store.head("library/anna/a.jpg")).rejects.toMatchObject(away);
    await expect(store.copy("incoming/a", "library/anna/a.jpg")).rejects.toMatchObject(away);
    await expect(store.removeSame({ key: "incoming/a", etag: "a", size: 1, lastModified: new Date(0) })).rejects.toMatchObject(away);
    store.close();
  });

  it("does not make the bucket while the index knows files, and says that it is elsewhere", async () => {
    const outcomes = await setUpStore(running.options, { ...SETTING, files: 3 });
    expect(new Set(Object.values(statesOf(outcomes)))).toEqual(new Set(["needs"]));
    expect(outcomes.bucket.detail).toContain(`The index knows 3 files, but the bucket photos at ${running.options.endpoint} is not there.`);
    expect(statesOf(await setUpStore(running.options, { ...SETTING, files: 1 }))).toMatchObject({ bucket: "needs" });
  });

  it("does what the store has, tells the rest, and a second time changes nothing", async () => {
    const first = await setUpStore(running.options, SETTING);
    expect(statesOf(first)).toEqual(KNOWN[name]);
    expect(first.bucket.detail).toBe("It was made.");
    const second = await setUpStore(running.options, SETTING);
    expect(second).toEqual({ ...first, bucket: { state: "done", detail: "It is there." } });
  });

  it("says of a bucket without one original that it is not the library's, sets it up all the same, and believes one that has any", async () => {
    const strange = await setUpStore(running.options, { ...SETTING, files: 1 });
    expect(statesOf(strange)).toEqual({ ...KNOWN[name], bucket: "needs" });
    expect(strange.bucket.detail).toContain(
      `The index knows 1 file, but the bucket photos at ${running.options.endpoint} holds none of them.`,
    );
    const store = createS3Store(running.options);
    await store.put("library/anna/a.jpg", Buffer.from("x"), { type: "image/jpeg" });
    store.close();
    expect(statesOf(await setUpStore(running.options, { ...SETTING, files: 1 }))).toEqual(KNOWN[name]);
  });
});

/** A webhook that keeps what it is told. */
async function startHook() {
  const heard: { headers: IncomingHttpHeaders; text: string }[] = [];
  const server = createHttpServer((request, response) => {
    void request.toArray().then((chunks) => {
      heard.push({ headers: request.headers, text: Buffer.concat(chunks).toString() });
      response.end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/hooks/store`, heard, stop };
}

/** Puts an object of each prefix, and gives the keys of which the webhook heard. */
async function toldOf(options: S3Options, heard: { text: string }[]): Promise<string[]> {
  const store = createS3Store(options);
  for (const key of ["derived/a.jpg", "library/anna/a.jpg", "incoming/a", "inbox/anna/a.jpg"]) {
    await store.put(key, Buffer.from("x"), { type: "image/jpeg" });
  }
  store.close();
  const keys = () => heard.flatMap(({ text }) => [...text.matchAll(/"key":"([^"]+)"/gu)].map(([, key = ""]) => decodeURIComponent(key)));
  await expect.poll(() => keys().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
  return keys().toSorted();
}

describe.skipIf(!STORES.some(({ name }) => name === "MinIO"))("MinIO whose settings name our webhook", { timeout: 60_000 }, () => {
  let hook: Awaited<ReturnType<typeof startHook>>;
  let running: Awaited<ReturnType<typeof startMinio>>;
  /** Root, for buckets that are not ours. */
  let client: S3Client;
  beforeAll(async () => {
    hook = await startHook();
    const lines = (await setUpLines())
      .map((line) => line.replace(SETTING.hook.url, hook.url))
      .filter((line) => !line.includes("QUEUE_DIR"));
    running = await startMinio(Object.fromEntries(lines.map((line) => line.split(/=(.*)/su, 2) as [string, string])));
    client = createClient(running.root);
    await client.send(new CreateBucketCommand({ Bucket }));
  });
  afterAll(async () => {
    client.destroy();
    await running.stop();
    await hook.stop();
  });

  /** The lines that a MinIO without them is said to need. */
  async function setUpLines(): Promise<string[]> {
    const bare = await startMinio();
    const { events } = await setUpStore(bare.options, SETTING);
    await bare.stop();
    expect(events.lines).toEqual([
      "MINIO_NOTIFY_WEBHOOK_ENABLE_TINTYPE=on",
      `MINIO_NOTIFY_WEBHOOK_ENDPOINT_TINTYPE=${SETTING.hook.url}`,
      `MINIO_NOTIFY_WEBHOOK_AUTH_TOKEN_TINTYPE=${SETTING.hook.token}`,
      "MINIO_NOTIFY_WEBHOOK_QUEUE_DIR_TINTYPE=/data/.tintype-events",
    ]);
    return events.lines ?? [];
  }

  it("tells it of what comes under our prefixes, with the token, once those lines are set", async () => {
    expect((await setUpStore(running.options, SETTING)).events).toEqual({
      state: "done",
      detail: "The bucket notifies arn:minio:sqs::TINTYPE:webhook.",
    });
    expect(await toldOf(running.options, hook.heard)).toEqual(["inbox/anna/a.jpg", "incoming/a", "library/anna/a.jpg"]);
    expect(new Set(hook.heard.map(({ headers }) => headers.authorization))).toEqual(new Set([`Bearer ${SETTING.hook.token}`]));
  });

  it("keeps a lifecycle that is not ours, and versions suspended by somebody", async () => {
    const theirs = { ID: "theirs", Status: "Enabled", Filter: { Prefix: "other/" }, Expiration: { Days: 400 } } as const;
    await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [theirs] } }));
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } }));
    expect((await setUpStore(running.options, SETTING)).versions).toMatchObject({ state: "not offered" });
    expect(await client.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({ Status: "Suspended" });
    const { Rules } = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(Rules?.map(({ ID }) => ID)).toEqual(["theirs"]);
  });

  it("keeps a lifecycle of somebody else's in a bucket whose versions it turns on, and leaves versions that were on before alone", async () => {
    const fresh = { ...running.root, bucket: "fresh" };
    await client.send(new CreateBucketCommand({ Bucket: "fresh" }));
    const theirs = { ID: "theirs", Status: "Enabled", Filter: { Prefix: "other/" }, Expiration: { Days: 400 } } as const;
    await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket: "fresh", LifecycleConfiguration: { Rules: [theirs] } }));
    expect((await setUpStore(fresh, SETTING)).versions).toEqual({ state: "done", detail: "Versioning is on." });
    const { Rules } = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: "fresh" }));
    const kept = Rules?.map(({ ID, Filter, NoncurrentVersionExpiration: days }) => [ID, Filter?.Prefix ?? "", days?.NoncurrentDays]);
    expect(kept?.toSorted()).toEqual([["theirs", "other/", undefined], ...KEPT]);
    expect(await client.send(new GetBucketVersioningCommand({ Bucket: "fresh" }))).toMatchObject({ Status: "Enabled" });

    // As the first versions of us left it: everything for 30 days.
    const first = Rules?.filter(({ ID }) => ID === "tintype-versions");
    await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket: "fresh", LifecycleConfiguration: { Rules: first } }));
    expect((await setUpStore(fresh, SETTING)).versions.state).toBe("done");
    const corrected = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: "fresh" }));
    expect(corrected.Rules?.map(({ ID }) => ID).toSorted()).toEqual(KEPT.map(([id]) => id));

    await client.send(new CreateBucketCommand({ Bucket: "versioned" }));
    await client.send(new PutBucketVersioningCommand({ Bucket: "versioned", VersioningConfiguration: { Status: "Enabled" } }));
    expect((await setUpStore({ ...running.root, bucket: "versioned" }, SETTING)).versions.detail).toContain("on before");
    await expect(client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: "versioned" }))).rejects.toThrow("lifecycle");
  });

  it("lets our credential do nothing in another bucket, and in ours remove no version for good", async () => {
    const ours = createClient(running.options);
    await client.send(new CreateBucketCommand({ Bucket: "theirs" }));
    await client.send(new PutObjectCommand({ Bucket: "theirs", Key: "a", Body: "x" }));
    const denied = { name: "AccessDenied" };
    await expect(ours.send(new GetObjectCommand({ Bucket: "theirs", Key: "a" }))).rejects.toMatchObject(denied);
    await expect(ours.send(new ListObjectsV2Command({ Bucket: "theirs" }))).rejects.toMatchObject(denied);
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
    const { VersionId } = await ours.send(new PutObjectCommand({ Bucket, Key: "library/a", Body: "x" }));
    expect(VersionId).toBeDefined();
    await expect(ours.send(new DeleteObjectCommand({ Bucket, Key: "library/a", VersionId }))).rejects.toMatchObject(denied);
    await expect(ours.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject(denied);
    ours.destroy();
  });
});

describe("setting up a store of our own kind", () => {
  const undo: (() => Promise<unknown>)[] = [];
  let options: S3Options;
  let client: S3Client;
  let hook: Awaited<ReturnType<typeof startHook>>;
  beforeEach(async () => {
    hook = await startHook();
    const dir = await mkdtemp(join(tmpdir(), "tintype-setup-"));
    const webhooks = [
      { id: "TINTYPE", url: hook.url, token: SETTING.hook.token },
      { id: "THEIRS", url: "http://127.0.0.1:1/" },
    ];
    const server = await createServer({ dir, credentials: [CREDENTIALS], webhooks });
    await server.listen(0);
    await server.createBucket(Bucket);
    options = { endpoint: server.url, bucket: Bucket, region: "us-east-1", ...CREDENTIALS };
    client = createClient(options);
    undo.push(
      () => rm(dir, { recursive: true, force: true }),
      () => server.close(),
      hook.stop,
      async () => client.destroy(),
    );
  });
  afterEach(async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  });

  it("keeps CORS rules and notifications that are not ours, and corrects ours", async () => {
    const cors = { ID: "theirs", AllowedMethods: ["GET"], AllowedOrigins: ["https://theirs.example"] };
    await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [cors] } }));
    const theirs = { Id: "theirs", QueueArn: "arn:aws:sqs:us-east-1:1:THEIRS", Events: ["s3:ObjectCreated:*" as const] };
    const NotificationConfiguration = { QueueConfigurations: [theirs] };
    await client.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
    await setUpStore(options, { ...SETTING, origin: "https://before.example" });
    await setUpStore(options, SETTING);
    const { CORSRules } = await client.send(new GetBucketCorsCommand({ Bucket }));
    expect(CORSRules?.map(({ AllowedOrigins }) => AllowedOrigins?.[0])).toEqual(["https://theirs.example", SETTING.origin]);
    const { QueueConfigurations } = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(QueueConfigurations?.map(({ Id }) => Id)).toEqual(["theirs", "tintype-library", "tintype-incoming", "tintype-inbox"]);
    expect(await toldOf(options, hook.heard)).toEqual(["inbox/anna/a.jpg", "incoming/a", "library/anna/a.jpg"]);
  });

  const behind = async (fail: (received: { method: string; url: URL }) => number | undefined): Promise<S3Options> => {
    const { url, stop } = await startFaultStore(options.endpoint, CREDENTIALS, { fail });
    undo.push(stop);
    return { ...options, endpoint: url };
  };

  it("says which duties our credential may not do, and does the others", async () => {
    const denied = await behind(({ method, url }) => (method === "PUT" && url.searchParams.has("notification") ? 403 : undefined));
    expect(statesOf(await setUpStore(denied, SETTING))).toMatchObject({ bucket: "done", cors: "done", events: "denied" });
    const locked = await behind(({ method }) => (method === "HEAD" ? 403 : undefined));
    expect(new Set(Object.values(statesOf(await setUpStore(locked, SETTING))))).toEqual(new Set(["denied"]));
  });

  it("says which setting lets our pages in where no bucket has rules of its own", async () => {
    const global = await behind(({ method, url }) => {
      if (url.searchParams.has("cors")) return 501;
      return method === "OPTIONS" ? 403 : undefined;
    });
    expect((await setUpStore(global, SETTING)).cors).toMatchObject({
      state: "needs",
      lines: ["MINIO_API_CORS_ALLOW_ORIGIN=https://photos.example"],
    });
  });

  it("takes a store that is away, or fails, for an outage", async () => {
    const away = { ...options, endpoint: `http://127.0.0.1:${await freePort()}` };
    await expect(setUpStore(away, SETTING)).rejects.toMatchObject({ code: "storage_unavailable" });
    const failing = await behind(({ url }) => (url.searchParams.has("lifecycle") ? 503 : undefined));
    await expect(setUpStore(failing, SETTING)).rejects.toMatchObject({ code: "storage_unavailable" });
  });
});
