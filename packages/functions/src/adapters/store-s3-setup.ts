import { BucketLocationConstraint, CreateBucketCommand, HeadBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Outcome, SetUp } from "@tintype/core/storage";
import { createClient, type S3Options } from "./store-s3-client.ts";
import { refusal } from "./store-s3-error.ts";
import { setUpCors } from "./store-s3-setup-cors.ts";
import { type Hook, setUpEvents } from "./store-s3-setup-events.ts";
import { setUpUploads, setUpVersions } from "./store-s3-setup-lifecycle.ts";
import { attempt, done } from "./store-s3-setup-outcome.ts";

export type SetUpInput = {
  /** Where our pages come from. */
  origin: string;
  hook: Hook;
};

/**
 * Sets the store up as far as it can be and our credential may: the bucket and what `DUTIES` names. What is so already stays, so does what is
 * not ours, and what fails does not stop the rest. May be called at every start. Throws `storage_unavailable` when the store is away.
 */
export async function setUpStore(options: S3Options, { origin, hook }: SetUpInput): Promise<SetUp> {
  const client = createClient(options);
  const { bucket: name } = options;
  try {
    const bucket = await attempt(() => ensureBucket(client, options));
    const rest = async (duty: () => Promise<Outcome>): Promise<Outcome> =>
      bucket.state === "done" ? attempt(duty) : { ...bucket, detail: `There is no bucket that we may use. ${bucket.detail}` };
    return {
      bucket,
      cors: await rest(() => setUpCors(client, options, origin)),
      events: await rest(() => setUpEvents(client, options, hook)),
      uploads: await rest(() => setUpUploads(client, name)),
      versions: await rest(() => setUpVersions(client, name)),
    };
  } finally {
    client.destroy();
  }
}

async function ensureBucket(client: S3Client, { bucket: Bucket, region }: S3Options): Promise<Outcome> {
  const isMissing = await client.send(new HeadBucketCommand({ Bucket })).then(
    () => false,
    (error: unknown) => (refusal(error)?.startsWith("404") === true ? true : Promise.reject(error)),
  );
  if (!isMissing) return done("It is there.");
  // AWS wants its region named unless it is us-east-1; the stores with regions of their own making do not.
  const LocationConstraint = Object.values(BucketLocationConstraint).find((known) => known === region);
  const created = client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: LocationConstraint && { LocationConstraint } }));
  await created.catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== "BucketAlreadyOwnedByYou") throw error;
  });
  return done("It was made.");
}
