import { type Capabilities, CHECKS, type Finding } from "@tintype/core/storage";
import { expect, it } from "vitest";
import { readCloudSettings } from "./settings-cloud.ts";
import { probeDeployed, withoutEvents } from "./store-s3-deployed.ts";

const ENV = {
  DATABASE_URL: "postgresql://user:secret@ep-cool-1.eu-central-1.aws.neon.tech/neondb",
  PUBLIC_URL: "https://photos.example.org",
  S3_REGION: "eu-central-1",
  S3_BUCKET: "tintype-media",
  S3_ACCESS_KEY_ID: "id",
  S3_SECRET_ACCESS_KEY: "secret",
  AWS_QUEUE_REGION: "eu-central-1",
  WAKE_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/1/wake",
  INGEST_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/1/ingest",
};

function setUp(endpoint: string) {
  return probeDeployed(readCloudSettings({ ...ENV, S3_ENDPOINT: endpoint }).s3, ENV.PUBLIC_URL).setUp();
}

it("says of S3 that the deployment has set up all of it", async () => {
  const outcomes = Object.values(await setUp("https://s3.eu-central-1.amazonaws.com"));
  expect(new Set(outcomes.map(({ state, detail }) => `${state}: ${detail}`))).toEqual(new Set(["done: Set up by sst deploy."]));
});

it("promises of R2 no versions, for it keeps none", async () => {
  const { versions, ...rest } = await setUp("https://0123.r2.cloudflarestorage.com");
  expect(versions).toEqual({ state: "not offered", detail: "R2 keeps no versions: what is overwritten or deleted there is gone." });
  expect(Object.values(rest).map(({ state }) => state)).toEqual(["done", "done", "done", "done"]);
});

it("takes it for unknown whether R2 tells of new objects, of which it says nothing over S3", () => {
  const no: Finding = { answer: "no", detail: "501 NotImplemented" };
  const checks = Object.fromEntries(Object.keys(CHECKS).map((name) => [name, no])) as Capabilities["checks"];
  const { events, ...rest } = withoutEvents(checks);
  expect(events.answer).toBe("unknown");
  expect(new Set(Object.values(rest))).toEqual(new Set([no]));
  const yes: Finding = { answer: "yes", detail: "The bucket notifies a queue." };
  expect(withoutEvents({ ...checks, events: yes }).events).toBe(yes);
});
