import {
  BucketLocationConstraint,
  type CORSRule,
  CreateBucketCommand,
  GetBucketCorsCommand,
  HeadBucketCommand,
  PutBucketCorsCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { createClient, type S3Options } from "./store-s3-client.ts";
import { storeError } from "./store-s3-error.ts";

/** Our rule, but for its origins. */
const RULE = {
  ID: "tintype",
  AllowedMethods: ["GET", "HEAD", "PUT"],
  AllowedHeaders: ["*"],
  ExposeHeaders: ["ETag", "Retry-After", "Content-Length", "Content-Range", "Accept-Ranges", "Last-Modified"],
  MaxAgeSeconds: 86_400,
};

/**
 * Makes the bucket unless it is there, and lets pages of `origins` (`*` = any) read and write it with signed URLs; other CORS rules of
 * the bucket stay. May be called at every start. `cors` tells whether the store takes rules per bucket; MinIO does not, and is set
 * globally (`MINIO_API_CORS_ALLOW_ORIGIN`). Throws `storage_unavailable` with the store's own code.
 */
export async function setUpBucket(options: S3Options, origins: readonly string[]): Promise<{ cors: boolean }> {
  const client = createClient(options);
  try {
    await ensureBucket(client, options);
    return { cors: await ensureCors(client, options.bucket, origins) };
  } catch (error) {
    throw storeError(error);
  } finally {
    client.destroy();
  }
}

async function ensureBucket(client: S3Client, { bucket: Bucket, region }: S3Options): Promise<void> {
  const missing = await client.send(new HeadBucketCommand({ Bucket })).then(
    () => false,
    (error: unknown) => hasStatus(error, 404),
  );
  if (!missing) return;
  // AWS wants its region named unless it is us-east-1; the stores with regions of their own making do not.
  const LocationConstraint = Object.values(BucketLocationConstraint).find((known) => known === region);
  const created = client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: LocationConstraint && { LocationConstraint } }));
  await created.catch((error: unknown) => {
    if (!isNamed(error, "BucketAlreadyOwnedByYou")) throw error;
  });
}

async function ensureCors(client: S3Client, Bucket: string, origins: readonly string[]): Promise<boolean> {
  const rule: CORSRule = { ...RULE, AllowedOrigins: [...origins] };
  try {
    const CORSRules = [...(await otherRules(client, Bucket)), rule];
    await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    return true;
  } catch (error) {
    if (hasStatus(error, 501)) return false;
    throw error;
  }
}

async function otherRules(client: S3Client, Bucket: string): Promise<CORSRule[]> {
  try {
    const { CORSRules = [] } = await client.send(new GetBucketCorsCommand({ Bucket }));
    return CORSRules.filter((rule) => !isOurs(rule));
  } catch (error) {
    if (isNamed(error, "NoSuchCORSConfiguration")) return [];
    throw error;
  }
}

/** By its id, or by its looks where the store forgets ids. */
function isOurs({ ID, AllowedMethods, ExposeHeaders, MaxAgeSeconds }: CORSRule): boolean {
  const looks = (rule: Partial<CORSRule>): string => JSON.stringify([rule.AllowedMethods, rule.ExposeHeaders, rule.MaxAgeSeconds]);
  return ID === RULE.ID || looks({ AllowedMethods, ExposeHeaders, MaxAgeSeconds }) === looks(RULE);
}

function hasStatus(error: unknown, status: number): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === status;
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
