import { BucketLocationConstraint, CreateBucketCommand, HeadBucketCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { LIBRARY, type Outcome, type SetUp } from "@tintype/core/storage";
import { createClient, type S3Options } from "./store-s3-client.ts";
import { refusal } from "./store-s3-error.ts";
import { setUpCors } from "./store-s3-setup-cors.ts";
import { type Hook, setUpEvents } from "./store-s3-setup-events.ts";
import { setUpUploads, setUpVersions } from "./store-s3-setup-lifecycle.ts";
import { attempt, done, needs } from "./store-s3-setup-outcome.ts";

export type SetUpInput = {
  /** Where our pages come from. */
  origin: string;
  hook: Hook;
  /** So many files are in the index; none when absent. */
  files?: number;
};

/**
 * Sets the store up as far as it can be and our credential may: the bucket and what `DUTIES` names. What is so already stays, so does what is
 * not ours, and what fails does not stop the rest. May be called at every start. Throws `storage_unavailable` when the store is away. A bucket of
 * which the index knows files is never made: it is elsewhere, and new photos would go to the wrong place.
 */
export async function setUpStore(options: S3Options, { origin, hook, files = 0 }: SetUpInput): Promise<SetUp> {
  const client = createClient(options);
  const { bucket: name } = options;
  try {
    const bucket = await attempt(() => ensureBucket(client, options, files));
    const rest = async (duty: () => Promise<Outcome>): Promise<Outcome> =>
      bucket.state === "done" ? attempt(duty) : { ...bucket, detail: "There is no bucket that we may use." };
    return {
      bucket: bucket.state === "done" && files > 0 ? await attempt(() => checkLibrary(client, options, files)) : bucket,
      cors: await rest(() => setUpCors(client, options, origin)),
      events: await rest(() => setUpEvents(client, options, hook)),
      uploads: await rest(() => setUpUploads(client, name)),
      versions: await rest(() => setUpVersions(client, name)),
    };
  } finally {
    client.destroy();
  }
}

async function ensureBucket(client: S3Client, options: S3Options, files: number): Promise<Outcome> {
  const { bucket: Bucket, region } = options;
  const isMissing = await client.send(new HeadBucketCommand({ Bucket })).then(
    () => false,
    (error: unknown) => (refusal(error)?.startsWith("404") === true ? true : Promise.reject(error)),
  );
  if (!isMissing) return done("It is there.");
  if (files > 0) return elsewhere(options, files, "is not there");
  // AWS wants its region named unless it is us-east-1; the stores with regions of their own making do not.
  const LocationConstraint = Object.values(BucketLocationConstraint).find((known) => known === region);
  const created = client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: LocationConstraint && { LocationConstraint } }));
  await created.catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== "BucketAlreadyOwnedByYou") throw error;
  });
  return done("It was made.");
}

/** A bucket that is there, and without one original: it is another one. */
async function checkLibrary(client: S3Client, options: S3Options, files: number): Promise<Outcome> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: options.bucket, Prefix: LIBRARY, MaxKeys: 1 }));
  return Contents.length > 0 ? done("It is there.") : elsewhere(options, files, "holds none of them");
}

function elsewhere({ bucket, endpoint }: S3Options, files: number, is: string): Outcome {
  const known = files === 1 ? "1 file" : `${files} files`;
  const what = `The index knows ${known}, but the bucket ${bucket} at ${endpoint} ${is}.`;
  return needs(`${what} Check S3_ENDPOINT and S3_BUCKET, and that the disk of the store is mounted. Add no photos before it is right.`, []);
}
