import { createUrlSigner } from "@tintype/core/storage";
import { describe, expect, it } from "vitest";
import { readCloudSettings } from "./settings-cloud.ts";

const ENV = {
  DATABASE_URL: "postgres://tintype:secret@db.neon.tech/tintype",
  PUBLIC_URL: "https://photos.example.org/",
  S3_ENDPOINT: "https://s3.eu-central-1.amazonaws.com",
  S3_REGION: "eu-central-1",
  S3_BUCKET: "tintype-media",
  S3_ACCESS_KEY_ID: "key",
  S3_SECRET_ACCESS_KEY: "secret",
  AWS_QUEUE_REGION: "eu-central-1",
  WAKE_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/1/wake",
  INGEST_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/1/ingest",
};
const R2 = { ...ENV, S3_ENDPOINT: "https://account.r2.cloudflarestorage.com", S3_REGION: "auto" };

describe("the settings of the cloud shape", () => {
  it.each([
    ["S3, whose buckets have names of their own", ENV],
    ["R2, with the bucket in the path", R2],
  ])("name the origin from which browsers are sent URLs: %s", (_, env) => {
    const { s3, storeOrigin } = readCloudSettings(env);
    const url = createUrlSigner(s3)({ method: "GET", key: "library/anna/1.jpg", expiresIn: 60, at: new Date(0) });
    expect(new URL(url).origin).toBe(storeOrigin);
  });

  it("give the queues the key of the store, or one of their own where the store is not AWS's", () => {
    const own = { QUEUE_ACCESS_KEY_ID: "queue-key", QUEUE_SECRET_ACCESS_KEY: "queue-secret" };
    expect(readCloudSettings(ENV).queue).toMatchObject({ accessKeyId: "key", secretAccessKey: "secret" });
    expect(readCloudSettings({ ...R2, ...own }).queue).toMatchObject({ accessKeyId: "queue-key", secretAccessKey: "queue-secret" });
  });

  it("say which are missing", () => {
    expect(() => readCloudSettings({ ...ENV, S3_BUCKET: "" })).toThrow(/S3_BUCKET is missing: this function was not made by sst deploy/u);
  });
});
